/**
 * Being woken on time: an event loop, at a moment known to the nanosecond, without a core kept busy until then.
 *
 * Node's own timers have whole milliseconds. Here a second thread sleeps on a futex until the moment and wakes the
 * first one's event loop, which can block and read its sockets meanwhile. Owns that thread and the timers that stand in
 * for it where there is none. Does not own: what is done at the moment, nor the last microseconds before it, which
 * the caller spends as it likes.
 *
 * Not for the load generator: being woken takes two threads and 100 to 200 us, where a nap of its own takes half of
 * that.
 */
export { Alarm } from './alarm.js';
export { timerWake, type Wake } from './wake.js';
