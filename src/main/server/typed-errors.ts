import { problem } from "../../contract/errors.ts";
import { callError } from "./access.ts";

/** An interceptor for handlers: what goes wrong before a procedure is reached gets a code and a next step too. */
export async function typedErrors<T>({ next }: { readonly next: () => Promise<T> }): Promise<T> {
  try {
    return await next();
  } catch (thrown) {
    if (thrown instanceof Error && "defined" in thrown && thrown.defined === true) throw thrown;
    throw callError(problem("BAD_REQUEST", "This is no input of a call.", 'Send {"json": input}.', thrown));
  }
}
