import { z } from "zod";
import { errorCodeSchema, fail, ok, problemOf, type Result } from "../../contract/errors.ts";

const refusedSchema = z.object({
  json: z.object({
    code: errorCodeSchema,
    message: z.string(),
    data: z.object({ next: z.string(), cause: z.string().optional() }),
  }),
});

/** Opens a repository in the engine that already runs for this home. */
export async function openElsewhere(
  { url, token }: { readonly url: string; readonly token: string },
  repository: string,
): Promise<Result<void>> {
  try {
    const response = await fetch(`${url}/rpc/project/open`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ json: { path: repository } }),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.ok) return ok(undefined);
    const { code, message, data } = refusedSchema.parse(await response.json()).json;
    return fail(code, message, data.next, data.cause);
  } catch (thrown) {
    return { ok: false, error: problemOf(thrown) };
  }
}
