/** What passes through the preload, by name. It imports nothing, so that the preload stays as small as it looks. */
export const channels = {
  /** From the page: it wants a port to the engine. */
  connect: "cox:connect",
  /** From the page: the human does not want to quit after all. */
  stay: "cox:stay",
  /** To the page, with the port it asked for. */
  port: "cox:port",
  /** To the page, with a `PageNews`. */
  news: "cox:news",
} as const;
