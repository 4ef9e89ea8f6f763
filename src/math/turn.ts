/** Sharing the thread. */

/** Longest stretch of work before others get a turn, ms. */
export const SLICE = 10;

/** Lets other tasks run; timers would wait 4 ms each time. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
