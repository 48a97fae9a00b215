-- The part of a channel that is Lua in the client's eyes: reading buffers, and measurements into them.
local host, smu = ...
local setmetatable, rawset, type, pairs, ipairs, unpack = setmetatable, rawset, type, pairs, ipairs, unpack
local printnumber = printnumber

local readers = { readings = true, timestamps = true, sourcevalues = true, measurefunctions = true }

local function make(capacity)
  local data = { readings = {}, timestamps = {}, sourcevalues = {} }
  local self = {
    appendmode = 0, collecttimestamps = 0, collectsourcevalues = 0, basetimestamp = 0, capacity = capacity,
    n = 0,
  }
  function self.clear()
    for name in pairs(data) do data[name] = {} end
    self.n, self.basetimestamp = 0, 0
  end
  function self.clearcache() end
  setmetatable(self, { __index = function(_, key)
    if type(key) == "number" then return data.readings[key] end
    if readers[key] then return data[key] end
  end })
  return self, function(value, at, source)
    if self.n >= capacity then return end
    if self.n == 0 then self.basetimestamp = at end
    self.n = self.n + 1
    data.readings[self.n] = value
    if self.collecttimestamps == 1 then data.timestamps[self.n] = at - self.basetimestamp end
    if self.collectsourcevalues == 1 then data.sourcevalues[self.n] = source end
  end
end

local append = setmetatable({}, { __mode = "k" })
local function buffer(capacity)
  local made, add = make(capacity)
  append[made] = add
  return made
end

local function add(object, name, value) rawset(object, name, value) end
add(smu, "nvbuffer1", buffer(140000))
add(smu, "nvbuffer2", buffer(140000))
add(smu, "makebuffer", buffer)
add(smu, "savebuffer", function() end)

-- smuX.measure.count readings of these quantities; the last one of each is returned
local function measure(quantities, into)
  local last = {}
  for index, given in ipairs(into) do
    if given and given.appendmode == 0 then given.clear() end
  end
  for round = 1, smu.measure.count do
    local found = { host.measure(quantities, round) }
    for index = 1, #quantities do
      last[index] = found[index]
      if into[index] then append[into[index]](found[index], found[#found - 1], found[#found]) end
    end
  end
  return unpack(last)
end

add(smu.measure, "v", function(into) return measure("v", { into or false }) end)
add(smu.measure, "i", function(into) return measure("i", { into or false }) end)
add(smu.measure, "r", function(into) return measure("r", { into or false }) end)
add(smu.measure, "p", function(into) return measure("p", { into or false }) end)
add(smu.measure, "iv", function(into_i, into_v) return measure("iv", { into_i or false, into_v or false }) end)

-- printbuffer(first, last, buffer or one of its tables, ...): interleaved, one message
function printbuffer(first, last, ...)
  local columns = { ... }
  local out = {}
  for row = first, last do
    for _, column in ipairs(columns) do
      local values = column.readings or column
      if values[row] ~= nil then out[#out + 1] = values[row] end
    end
  end
  printnumber(unpack(out))
end
