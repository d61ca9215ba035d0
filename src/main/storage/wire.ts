import type { Result } from "../../contract/errors.ts";
import type { Storage } from "./storage.ts";

/** What is asked of the storage worker: every call of {@link Storage} that is answered. */
export type OperationName = Exclude<keyof Storage, "close">;
export type Arguments<N extends OperationName> = Parameters<Storage[N]>;
export type Answer<N extends OperationName> = Awaited<ReturnType<Storage[N]>>;
type ValueOf<R> = R extends Result<infer T> ? T : never;

/** How the worker answers each; what it throws becomes a problem. */
export type Operations = {
  readonly [N in OperationName]: (...args: Arguments<N>) => ValueOf<Answer<N>>;
};

/** Whether an operation writes: neighbours that do share a transaction. */
export const operationKinds: { readonly [N in OperationName]: "read" | "write" } = {
  load: "read",
  commit: "write",
  eventsAfter: "read",
  ticket: "read",
  saveTicket: "write",
  items: "read",
  findIn: "read",
  usage: "read",
  lastOrdinal: "read",
  planAndNotes: "read",
  review: "read",
  // Indexes what is pending in transactions of its own.
  search: "read",
  // So does this.
  newestItems: "read",
  humanAttention: "read",
  recordCommand: "write",
  capabilities: "read",
  saveCapability: "write",
  forgetCapabilities: "write",
  setting: "read",
  saveSetting: "write",
};

export type Request<N extends OperationName = OperationName> = {
  readonly [K in N]: { readonly id: number; readonly name: K; readonly args: Arguments<K> };
}[N];

export interface Reply {
  readonly id: number;
  readonly result: Result<unknown>;
}

/** To the worker: a request, or the end. */
export type ToWorker = Request | "close";

/** From the worker: first whether the database could be opened, then replies. */
export type FromWorker = { readonly opened: Result<void> } | { readonly replies: readonly Reply[] };
