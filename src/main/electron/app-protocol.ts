import { readFile } from "node:fs/promises";
import { errorStatus, problem, type Problem } from "../../contract/errors.ts";
import { findAsset } from "../assets.ts";
import { safetyHeaders } from "../csp.ts";

/** Where the window's page comes from: a scheme of our own, which no other program and no site can serve. */
export const appScheme = "app";
const appHost = "coxswain";
/** The page's origin as Chromium writes it. */
export const appOrigin = `${appScheme}://${appHost}`;
export const appPage = `${appOrigin}/`;

/** What the scheme may do: it is a web origin like any other, so that `'self'`, modules and storage mean what they say. */
export const appPrivileges = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
} as const;

/** Answers the page's requests from the folder of the built renderer, and from nowhere else. */
export function createAppProtocol(root: string): (request: Request) => Promise<Response> {
  return async ({ method, url }) => {
    if (method !== "GET" && method !== "HEAD") return refuse(readOnly, 405);
    const { host, pathname } = new URL(url);
    if (host !== appHost) return refuse(nowhere);
    const found = await findAsset(root, pathname);
    if (!found.ok) return refuse(found.error);
    const { file, type, cache } = found.value;
    const body = method === "HEAD" ? null : await readFile(file);
    return new Response(body, { headers: { ...safetyHeaders, "content-type": type, "cache-control": cache } });
  };
}

const readOnly = problem("BAD_REQUEST", "The page is only read.", "Use GET; calls go through the window's port.");
const nowhere = problem("NOT_FOUND", "There is no such place.", `The control room is at ${appPage}.`);

function refuse(told: Problem, status: number = errorStatus[told.code]): Response {
  return Response.json(told, { status, headers: { ...safetyHeaders, "cache-control": "no-store" } });
}
