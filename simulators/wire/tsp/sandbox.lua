-- What a script of a client finds: Lua without a way out, what Lua 5.0 had, and objects with attributes.
-- Called with the host's functions; returns `build` (a node's table) and `launch` (a coroutine with a bound).
local host = ...
local yield, create, resume, status = coroutine.yield, coroutine.create, coroutine.resume, coroutine.status
local sethook, rawload, rawpcall = debug.sethook, load, pcall
local pack, unpack_ = table.pack, table.unpack
local bits = bit32
local setmetatable, error, tostring, type, pairs, ipairs = setmetatable, error, tostring, type, pairs, ipairs
local concat = table.concat
local ENDLESS = {}
local endless = false

for _, name in ipairs({
  "io", "os", "debug", "package", "require", "module", "dofile", "loadfile", "load", "collectgarbage",
  "coroutine", "python", "xpcall", "rawequal", "rawlen",
}) do _G[name] = nil end
string.dump = nil

-- Lua 5.0, which the firmware has, had these
unpack = unpack_
function table.getn(list) return #list end
function table.foreach(list, visit) for key, value in pairs(list) do local r = visit(key, value) if r ~= nil then return r end end end
function table.foreachi(list, visit) for key, value in ipairs(list) do local r = visit(key, value) if r ~= nil then return r end end end
math.mod, string.gfind = math.fmod, string.gmatch
function loadstring(text, name) return rawload(text, name or "=chunk", "t") end
bit = { bitand = bits.band, bitor = bits.bor, bitxor = bits.bxor }
function bit.test(value, index) return bits.btest(value, 2 ^ (index - 1)) end
function bit.set(value, index) return bits.bor(value, 2 ^ (index - 1)) end
function bit.clear(value, index) return bits.band(value, bits.bnot(2 ^ (index - 1))) end
bit32 = nil
os = { time = host.epoch, clock = host.uptime }

-- The work of a pattern grows with the length of the text to the power of its repetitions, and cannot be stopped.
local gsub = string.gsub
local function bounded(call)
  return function(text, pattern, ...)
    local _, repetitions = gsub(pattern, "[%*%+%-%?]", "")
    if (#tostring(text) + 1) ^ (repetitions + 1) > 1e9 then error("pattern too complex", 2) end
    return call(text, pattern, ...)
  end
end
for _, name in ipairs({ "find", "match", "gmatch", "gfind", "gsub" }) do string[name] = bounded(string[name]) end

-- A script may run far ahead of the world's clock only so far; then it waits for it.
local function keep_pace() if host.is_ahead() then yield() end end

function pcall(...)
  local results = pack(rawpcall(...))
  if endless then error(ENDLESS, 0) end
  return unpack_(results, 1, results.n)
end

function delay(seconds)
  host.book(seconds)
  yield()
end

-- Wait until `happened()`, at most so long; whether it happened. The host knows what wakes a waiting script.
local function wait(happened, seconds)
  host.wait(seconds)
  local seen = happened()
  while not seen and not host.timed_out() do
    yield()
    seen = happened()
  end
  host.wait(nil)
  return seen
end

trigger = { clear = host.trigger_clear, EVENT_ID = 1 }
function trigger.wait(seconds) return wait(host.trigger_take, seconds) end

local function paced(call)
  return function(...)
    keep_pace()
    return call(...)
  end
end

local function build(getters, setters, functions, constants, objects)
  local self = {}
  for name, call in pairs(functions) do self[name] = paced(call) end
  for name, value in pairs(constants) do self[name] = value end
  return setmetatable(self, {
    Getters = getters, Setters = setters, Objects = objects,
    __index = function(_, name)
      if getters[name] then
        keep_pace()
        return getters[name]()
      end
      return objects[name]
    end,
    __newindex = function(_, name, value)
      if not setters[name] then error("cannot write attribute `" .. tostring(name) .. "'", 2) end
      keep_pace()
      setters[name](value)
    end,
  })
end

local function describe(...)
  local texts = pack(...)
  for index = 1, texts.n do
    local value = texts[index]
    texts[index] = type(value) == "number" and host.number(value) or tostring(value)
  end
  return texts
end

function print(...)
  keep_pace()
  local texts = describe(...)
  host.say(concat(texts, "\t", 1, texts.n))
end

function printnumber(...) keep_pace() host.say_numbers({ ... }) end

local function launch(main, instructions)
  endless = false
  local thread = create(main)
  local function stop()
    endless = true
    error(ENDLESS, 0)
  end
  -- One step: "waits", "ended", "endless", or "failed" and why.
  return function()
    sethook(thread, stop, "", instructions) -- anew for each step: a script may wait for months
    local fine, why = resume(thread)
    if fine then return status(thread) == "dead" and "ended" or "waits" end
    if endless then return "endless" end
    return "failed", tostring(why)
  end
end

return build, launch, function(text) return rawload(text, "=tsp", "t") end
