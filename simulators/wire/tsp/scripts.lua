-- Scripts of a client: script.new, named scripts as globals with run(), the anonymous one as script.run().
local compile, fail = ...
local named = {}

local function make(text, name)
  local main, why = compile(text)
  if not main then
    fail(why)
    return nil
  end
  local self = { name = name, source = text }
  function self.run() return main() end
  function self.save() end
  return setmetatable(self, { __call = function() return main() end })
end

script = { user = { scripts = named } }

function script.new(text, name)
  local made = make(text, name or "")
  if made and name and name ~= "" then
    named[name] = made
    _G[name] = made
  elseif made then
    script.anonymous = made
  end
  return made
end

function script.run()
  if script.anonymous then return script.anonymous.run() end
end

function script.delete(name) named[name] = nil end

function script.user.catalog()
  local name
  return function()
    name = next(named, name)
    return name
  end
end

run = script.run
