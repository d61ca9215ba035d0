import path from "node:path";

/**
 * Has tools keep what they fetch in one folder: the user's own caches hold programs that the user runs, so what a project
 * runs may not write there.
 */
export function cacheEnv(folder: string): Record<string, string> {
  const below = (name: string) => path.join(folder, name);
  return {
    XDG_CACHE_HOME: below("xdg"),
    npm_config_cache: below("npm"),
    npm_config_store_dir: below("pnpm"),
    YARN_CACHE_FOLDER: below("yarn"),
    YARN_GLOBAL_FOLDER: below("yarn-berry"),
    BUN_INSTALL_CACHE_DIR: below("bun"),
    CARGO_HOME: below("cargo"),
    GOMODCACHE: below("go"),
    GRADLE_USER_HOME: below("gradle"),
    MAVEN_ARGS: `-Dmaven.repo.local=${below("maven")}`,
    NUGET_PACKAGES: below("nuget"),
    BUNDLE_USER_HOME: below("bundle"),
  };
}

/**
 * The same where that folder may only be read: programs and settings lie in it, which run in the set-ups to come. What tools
 * cannot do without writing, they write to `own`.
 */
export function readOnlyCacheEnv(folder: string, own: string): Record<string, string> {
  const below = (name: string) => path.join(own, name);
  return {
    ...cacheEnv(folder),
    GOCACHE: below("go-build"),
    UV_CACHE_DIR: below("uv"),
    CCACHE_DIR: below("ccache"),
    GRADLE_USER_HOME: below("gradle"),
    GRADLE_RO_DEP_CACHE: path.join(folder, "gradle", "caches"),
  };
}
