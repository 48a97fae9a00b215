-- Scripts of a client: script.new, named scripts as globals with run(), the anonymous one as script.run().
local compile, fail = ...
local _G, setmetatable, next = _G, setmetatable, next
local named = {}

local function make(text, name)
  local main, why = compile(text)
  if not main then
    fail(why)
    return nil
  end
  local one = { name = name, source = text }
  function one.run() return main() end
  function one.save() end
  return setmetatable(one, { __call = function() return main() end })
end

local self = { user = { scripts = named } }
script = self -- a client may overwrite the global

function self.new(text, name)
  local made = make(text, name or "")
  if made and name and name ~= "" then
    named[name] = made
    _G[name] = made
  elseif made then
    self.anonymous = made
  end
  return made
end

function self.run()
  if self.anonymous then return self.anonymous.run() end
end

function self.delete(name) named[name] = nil end

function self.user.catalog()
  local name
  return function()
    name = next(named, name)
    return name
  end
end

run = self.run
return self.new
