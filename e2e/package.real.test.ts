import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { extractAll, extractFile, listPackage, statFile } from "@electron/asar";
import { FuseV1Options, getCurrentFuseWire } from "@electron/fuses";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { contentSecurityPolicy } from "../src/main/csp.ts";
import { firstJson } from "./first-json.ts";
import { buildWith, makeStubRuntime, packageProject, root } from "./packaged.ts";

const call = promisify(execFile);

/** Every file of the archive is one of these, and each of these is there. */
const shipped: readonly RegExp[] = [
  /^LICENSE$/,
  /^THIRD-PARTY-NOTICES\.txt$/,
  /^package\.json$/,
  /^assets\/demo\/history\.json$/,
  /^assets\/demo\/project\/.+$/,
  /^assets\/demo\/scenarios\/[\w-]+\.yml$/,
  /^out\/main\/(cox|doctor|electron|patch-worker|scripted-agent|server|storage-worker|terminal-keeper)\.js$/,
  /^out\/main\/[\w.-]+-[\w-]{8}\.js$/,
  // What cannot be built in: the terminals' native part, and what loads it.
  /^node_modules\/@lydell\/node-pty(-linux-\w+)?\/[\w./-]+$/,
  /^out\/main\/scenarios\/[\w-]+\.yml$/,
  /^out\/preload\/index\.cjs$/,
  /^out\/renderer\/index\.html$/,
  /^out\/renderer\/assets\/[\w.-]+-[\w-]{8}\.(css|js)$/,
  /^out\/renderer\/assets\/wheel(-marked)?-[\w-]{8}\.svg$/,
];

const secrets = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(gh[opsu]_|github_pat_|glpat-|npm_|xox[abp]-)[\w-]{20,}/,
  /\bsk-([a-z]+-)?[A-Za-z0-9]{24,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
];

/** What is in this environment under a name that says it is nobody's business. */
const ownSecrets = Object.entries(process.env).flatMap(([name, value = ""]) =>
  /TOKEN|SECRET|PASSWORD|CREDENTIAL|API_?KEY|_AUTH/i.test(name) && value.length >= 12 ? [value] : [],
);

const freeLicences = /^(0BSD|apache-2\.0|BlueOak-1\.0\.0|BSD-[23]-Clause|ISC|MIT|Python-2\.0)$/i;

let stage: string;
let runtime: string;
let product: string;
let archive: string;
let printed: string;

const filesOf = (packed: string) =>
  listPackage(packed, { isPack: false })
    .map((name) => name.slice(1))
    .filter((name) => !("files" in statFile(packed, name)));
const textOf = (name: string) => extractFile(archive, name).toString("utf8");

describe.skipIf(process.platform !== "linux")("the package", { timeout: 110_000 }, () => {
  beforeAll(async () => {
    stage = await mkdtemp(path.join(os.tmpdir(), "package-"));
    runtime = path.join(stage, "runtime");
    await makeStubRuntime(runtime);
    printed = await packageProject(runtime, path.join(stage, "dist"));
    product = path.join(stage, "dist", "linux-unpacked");
    archive = path.join(product, "resources", "app.asar");
  });
  afterAll(() => rm(stage, { recursive: true, force: true, maxRetries: 5 }));

  test("holds the runtime, the archive and cox, and nothing else", async () => {
    const files = await readdir(product, { recursive: true, withFileTypes: true });
    const names = files
      .filter((file) => file.isFile())
      .map((file) => path.relative(product, path.join(file.parentPath, file.name)))
      .toSorted();
    expect(names).toEqual([
      "LICENSE.electron.txt",
      "LICENSES.chromium.html",
      "coxswain",
      "locales/en-US.pak",
      "resources/app.asar",
      `resources/app.asar.unpacked/node_modules/@lydell/node-pty-linux-${process.arch}/package.json`,
      `resources/app.asar.unpacked/node_modules/@lydell/node-pty-linux-${process.arch}/pty.node`,
      "resources/bin/cox",
      "resources/bin/cox.cmd",
    ]);
    expect(printed).toMatch(/\d MB {2}linux-unpacked\n.*\d MB {2}.*app\.asar/);
  });

  test("holds no file that is not named here, so no source, no test of ours, no map and no package that is built in", () => {
    const files = filesOf(archive);
    expect(files.filter((file) => !shipped.some((known) => known.test(file)))).toEqual([]);
    expect(shipped.filter((known) => !files.some((file) => known.test(file)))).toEqual([]);
    const mapped = files.filter((file) => /\.(c?js|css)$/.test(file) && textOf(file).includes("sourceMappingURL="));
    expect(mapped).toEqual([]);
  });

  test("holds the build and the demo whole and unchanged", async () => {
    const files = filesOf(archive);
    for (const folder of ["assets/demo", "out/main", "out/preload", "out/renderer"]) {
      const built = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
      const names = built
        .filter((file) => file.isFile())
        .map((file) => path.relative(root, path.join(file.parentPath, file.name)));
      expect(files.filter((file) => file.startsWith(`${folder}/`)).toSorted()).toEqual(names.toSorted());
    }
    for (const file of files.filter((name) => /^(assets|out)\//.test(name))) {
      expect(extractFile(archive, file).equals(await readFile(path.join(root, file))), file).toBe(true);
    }
  });

  test("says of itself only what the programs in it read", () => {
    const { version, license, description } = z
      .object({ version: z.string(), license: z.string(), description: z.string() })
      .parse(JSON.parse(textOf("package.json")));
    expect(JSON.parse(textOf("package.json"))).toEqual({
      name: "coxswain",
      productName: "Coxswain",
      version,
      private: true,
      description,
      license,
      type: "module",
      main: "out/main/electron.js",
      bin: { cox: "bin/cox" },
      dependencies: { "@lydell/node-pty": expect.any(String) },
      desktopName: "coxswain.desktop",
      homepage: "https://coxswain.invalid",
      engines: { node: ">=20" },
      allowScripts: { "electron-winstaller": false, node: true },
      overrides: expect.any(Object),
    });
  });

  test("holds no secret and no place of the machine it was made on", () => {
    const places = [root, os.homedir(), process.cwd()].map((place) => `${place.replace(/\/$/, "")}/`);
    const found = filesOf(archive).flatMap((file) => {
      const text = textOf(file);
      const patterns = secrets.filter((secret) => secret.test(text)).map(String);
      const values = [...ownSecrets, ...places].filter((value) => text.includes(value));
      const named = /(^|\/)(\.env|\.npmrc|\.netrc|capability|.*\.(pem|p12|key))$/.test(file) ? ["its name"] : [];
      return [...patterns, ...values, ...named].map((what) => `${file}: ${what}`);
    });
    expect(found).toEqual([]);
  });

  test("holds the licences of all whose code was taken in", () => {
    const notices = textOf("THIRD-PARTY-NOTICES.txt");
    const named = [...notices.matchAll(/^-{80}\n(\S+) \S+ \((.+)\)\n-{80}$/gm)];
    const names = new Set(named.map(([, name = ""]) => name));
    // The bundler leaves the path of each module in what it does not make smaller.
    const taken = filesOf(archive)
      .filter((file) => file.startsWith("out/main/") && file.endsWith(".js"))
      .flatMap((file) => [...textOf(file).matchAll(/^\s*\/\/ .*node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)])
      .map(([, name = ""]) => name);
    expect(new Set(taken).size).toBeGreaterThan(20);
    expect([...new Set(taken)].filter((name) => !names.has(name))).toEqual([]);
    expect([...names]).toEqual(expect.arrayContaining(["react", "react-dom", "@pierre/diffs", "shiki", "zustand"]));
    expect(named.map(([, , licence = ""]) => licence).filter((licence) => !freeLicences.test(licence))).toEqual([]);
    expect(notices.match(/^.*holds no text of it.*$/gm)).toBeNull();
    expect(textOf("LICENSE")).toContain("Apache License");
  });

  test("has its fuses as they are declared", async () => {
    const fuses = await getCurrentFuseWire(path.join(product, "coxswain"));
    // A digit of text, as it stands in the program.
    const isOn = (fuse: FuseV1Options) => String.fromCharCode(fuses[fuse] ?? 0) === "1";
    expect({
      runAsNode: isOn(FuseV1Options.RunAsNode),
      cookieEncryption: isOn(FuseV1Options.EnableCookieEncryption),
      nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
      asarIntegrity: isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
      ownSnapshot: isOn(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
      fileRights: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: true,
      cookieEncryption: true,
      nodeOptions: false,
      inspect: false,
      asarIntegrity: true,
      onlyAsar: true,
      ownSnapshot: false,
      fileRights: false,
    });
  });

  test("holds a page that loads nothing but files of its own, and a window that is given the policy for it", () => {
    const page = textOf("out/renderer/index.html");
    const loaded = [...page.matchAll(/\b(?:src|href)="(?!data:)([^"]*)"/g)].map(([, place = ""]) => place);
    const files = new Set(filesOf(archive));
    expect(loaded.length).toBeGreaterThan(1);
    expect(loaded.filter((place) => !files.has(`out/renderer/${place.replace(/^\.?\//, "")}`))).toEqual([]);
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|<style|<iframe|<base/);
    const host = reachable("out/main/electron.js").map(textOf).join("\n");
    expect(contentSecurityPolicy.split("; ").filter((directive) => !host.includes(`"${directive}"`))).toEqual([]);
  });

  test("runs from the archive alone, read as Electron reads it: engine, database, demo, agents, page and cox", async () => {
    extractAll(archive, path.join(stage, "dist", "unpacked"));
    const cox = path.join(stage, "cox");
    await symlink(path.join(product, "resources/bin/cox"), cox);
    const env = { PATH: process.env["PATH"], HOME: stage, COXSWAIN_HOME: path.join(stage, "home") };
    const engine = spawn(path.join(product, "coxswain"), [`${archive}/out/main/server.js`, "--json", "--demo"], {
      env: { ...env, ELECTRON_RUN_AS_NODE: "1", COXSWAIN_PACE: "instant" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const gone = new Promise((resolve) => engine.once("exit", resolve));
    try {
      const { url } = z.object({ url: z.string() }).parse(await firstJson(engine));
      const page = await fetch(url);
      expect(page.headers.get("content-security-policy")).toBe(contentSecurityPolicy);
      expect(await page.text()).toBe(textOf("out/renderer/index.html"));
      await vi.waitFor(
        async () => {
          const { stdout } = await call(cox, ["list", "--json"], { env });
          expect(JSON.parse(stdout)).toHaveLength(15);
          expect(stdout).toContain('"ready"');
        },
        { timeout: 90_000, interval: 500 },
      );
    } finally {
      engine.kill("SIGTERM");
      await gone;
    }
  });
});

/** A file and what it imports without being asked, all the way down. */
function reachable(file: string, known = new Set<string>()): string[] {
  if (known.has(file)) return [];
  known.add(file);
  const imports = [...textOf(file).matchAll(/^import [^"]*"\.\/([^"]+)"/gm)];
  return [
    file,
    ...imports.flatMap(([, name = ""]) => reachable(path.posix.join(path.posix.dirname(file), name), known)),
  ];
}

describe.skipIf(process.platform !== "linux")("electron-builder.yml", { timeout: 60_000 }, () => {
  let project: string;
  let stub: string;
  const made = () => path.join(project, "dist/linux-unpacked/resources");
  const common = () => [`-c.electronDist=${stub}`, "-c.electronVersion=45.3.4"];

  /** A small project with our settings, and a package that cannot be built in. */
  beforeAll(async () => {
    project = await mkdtemp(path.join(os.tmpdir(), "native-"));
    stub = path.join(project, "runtime");
    await makeStubRuntime(stub);
    await cp(path.join(root, "electron-builder.yml"), path.join(project, "electron-builder.yml"));
    await cp(path.join(root, "bin"), path.join(project, "bin"), { recursive: true });
    const write = async (file: string, text: string) => {
      await mkdir(path.dirname(path.join(project, file)), { recursive: true });
      await writeFile(path.join(project, file), text);
    };
    const own = { name: "coxswain", version: "1.0.0", main: "out/main/electron.js", author: "nobody" };
    await write("package.json", JSON.stringify({ ...own, dependencies: { native: "1.0.0" } }));
    await write("out/main/electron.js", "// begins here");
    await write("out/main/electron.js.map", "{}");
    // electron-builder has an eye on packages by itself, and not on what a bundler puts beside its output.
    await write("out/main/addon.node", "\u007fELF");
    await write("assets/package/icons/512x512.png", "");
    await write(
      "node_modules/native/package.json",
      JSON.stringify({ name: "native", version: "1.0.0", main: "index.js" }),
    );
    await write("node_modules/native/index.js", "");
    await write("node_modules/native/index.d.ts", "");
    await write("node_modules/native/index.js.map", "{}");
    await write("node_modules/native/build/native.node", "\u007fELF");
    await write("node_modules/tool/package.json", JSON.stringify({ name: "tool", version: "1.0.0" }));
  });
  afterAll(() => rm(project, { recursive: true, force: true }));

  test("ships what package.json depends on, with native code outside of the archive, and nothing else of node_modules", async () => {
    await buildWith(project, common());
    const packed = path.join(made(), "app.asar");
    const files = filesOf(packed).filter((file) => file.startsWith("node_modules/") || file.startsWith("out/"));
    expect(files.toSorted()).toEqual([
      "node_modules/native/build/native.node",
      "node_modules/native/index.js",
      "node_modules/native/package.json",
      "out/main/addon.node",
      "out/main/electron.js",
    ]);
    for (const file of files.filter((name) => name.endsWith(".node"))) {
      const entry = statFile(packed, file);
      expect("unpacked" in entry && entry.unpacked, file).toBe(true);
      expect(await readFile(path.join(`${packed}.unpacked`, file), "utf8")).toBe("\u007fELF");
    }
    expect(await readdir(made())).toEqual(["app.asar", "app.asar.unpacked", "bin"]);
  });

  test("names the place for updates that the publisher gave, and no way to publish there", async () => {
    await buildWith(project, [
      ...common(),
      "-c.publish.provider=generic",
      "-c.publish.url=https://updates.example/cox",
    ]);
    expect(parse(await readFile(path.join(made(), "app-update.yml"), "utf8"))).toEqual({
      provider: "generic",
      url: "https://updates.example/cox",
      updaterCacheDirName: "coxswain-updater",
    });
  });

  test("is read by electron-builder's own schema, which refuses what it does not know", async () => {
    const settings = await readFile(path.join(project, "electron-builder.yml"), "utf8");
    await writeFile(
      path.join(project, "wrong.yml"),
      settings.replace("onlyLoadAppFromAsar: true", "onlyFromAsar: true"),
    );
    await expect(buildWith(project, [...common(), "--config", "wrong.yml"])).rejects.toThrow(
      /configuration\.electronFuses/,
    );
  });
});
