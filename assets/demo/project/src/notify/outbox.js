/** Holds messages until they are sent. `send` may fail. */
export function createOutbox({ send, log }) {
  let waiting = [];

  return {
    add(to, text) {
      waiting.push({ to, text });
    },
    waiting: () => waiting.length,
    /** Sends all that waits. */
    async flush() {
      const batch = waiting;
      waiting = [];
      for (const message of batch) {
        try {
          await send(message);
        } catch (error) {
          log.warn("message lost", { to: message.to, reason: error.message });
        }
      }
    },
  };
}
