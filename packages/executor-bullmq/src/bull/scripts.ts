import type { Redis } from 'ioredis';

/** How many jobs one command adds, removes or asks for. */
export const BATCH = 500;

/** What Redis does in one step for us. All times are Redis's own, so that no clock of another machine matters. */
export interface Scripts {
  /** Notes that a submitter lives, for this many milliseconds. */
  bightBeat(clients: string, client: string, milliseconds: number): Promise<number>;
  /** Lets a submitter leave a job with a key. The result is how many living ones are left. */
  bightLeave(submitters: string, clients: string, client: string): Promise<number>;
  /** Whether any submitter of a job lives. */
  bightIsWanted(submitters: string, clients: string, client: string): Promise<number>;
  /** Removes finished jobs that their submitters have taken the results of. */
  bightTake(completed: string, base: string, ...ids: string[]): Promise<number>;
  /** Asks the worker that runs a job to cancel it. */
  bightCancel(control: string, id: string, nonce: string): Promise<string>;
  /** Removes what a queue without jobs and submitters has left. */
  bightSweep(clients: string, base: string, client: string): Promise<number>;
}

const NOW = "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)";

const SCRIPTS: Record<keyof Scripts, { keys: number; lua: string }> = {
  bightBeat: {
    keys: 1,
    lua: `${NOW} return redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])`,
  },
  bightLeave: {
    keys: 2,
    lua: `${NOW} redis.call('SREM', KEYS[1], ARGV[1])
      for _, client in ipairs(redis.call('SMEMBERS', KEYS[1])) do
        local dead = redis.call('ZSCORE', KEYS[2], client)
        if not dead or tonumber(dead) < now then redis.call('SREM', KEYS[1], client) end
      end
      return redis.call('SCARD', KEYS[1])`,
  },
  bightIsWanted: {
    keys: 2,
    lua: `${NOW} local clients = redis.call('SMEMBERS', KEYS[1])
      if #clients == 0 then clients = { ARGV[1] } end
      for _, client in ipairs(clients) do
        local dead = redis.call('ZSCORE', KEYS[2], client)
        if dead and tonumber(dead) >= now then return 1 end
      end
      return 0`,
  },
  bightTake: {
    keys: 1,
    lua: `for index = 2, #ARGV do
        local id = ARGV[index]
        if redis.call('ZREM', KEYS[1], id) == 1 then redis.call('DEL', ARGV[1] .. id, ARGV[1] .. id .. ':logs') end
      end
      return #ARGV - 1`,
  },
  bightCancel: {
    keys: 1,
    lua: `local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', 10000, '*', 'id', ARGV[1], 'nonce', ARGV[2])
      redis.call('EXPIRE', KEYS[1], 3600)
      return id`,
  },
  bightSweep: {
    keys: 1,
    lua: `${NOW} redis.call('ZREM', KEYS[1], ARGV[2])
      redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
      if redis.call('ZCARD', KEYS[1]) > 0 then return 0 end
      local base = ARGV[1]
      local function isEmpty(...)
        for _, name in ipairs({ ... }) do
          if redis.call('EXISTS', base .. name) == 1 then return false end
        end
        return true
      end
      if not isEmpty('wait', 'active', 'paused', 'delayed', 'prioritized', 'waiting-children', 'repeat') then return 0 end
      redis.call('DEL', base .. 'events', base .. 'bight:control', base .. 'pc', base .. 'marker')
      if isEmpty('failed', 'completed') and redis.call('HEXISTS', base .. 'meta', 'paused') == 0 then
        redis.call('DEL', base .. 'meta', base .. 'id', base .. 'stalled', base .. 'stalled-check')
      end
      return 1`,
  },
};

/** A client of Redis that knows {@link Scripts}. */
export function withScripts(redis: Redis): Redis & Scripts {
  for (const [name, { keys, lua }] of Object.entries(SCRIPTS))
    redis.defineCommand(name, { numberOfKeys: keys, lua });
  return redis as Redis & Scripts;
}
