-- Calls tenants in turn: wrk -s wrk.lua URL -- METHOD BODY-FILE TENANTS HANDLER
-- Prints one line of JSON at the end.
local requests = {}
local turn = 0

local function read(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

function init(args)
  local method, body = args[1], read(args[2])
  wrk.headers["content-type"] = body ~= "" and "application/json" or nil
  for path in io.lines(args[3]) do
    requests[#requests + 1] = wrk.format(method, path, nil, body ~= "" and body or nil)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"p50Us":%d,"p99Us":%d,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
