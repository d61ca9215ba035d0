/** Words one of which is in every command that {@link looksLikeTest} takes for a run of tests. */
export const testWords: readonly string[] =
  "test tests check spec vitest jest mocha ava pytest tox nox rspec ctest phpunit playwright cypress".split(" ");

/** Programs that do nothing but run tests. */
const alone = new Set("vitest jest mocha ava pytest tox nox rspec ctest phpunit cypress".split(" "));
/** Programs that run tests among other things, when they are told so. */
const runners = new Set(
  "npm pnpm yarn bun npx bunx node deno cargo go make gmake just gradle gradlew mvn mvnw dotnet python python3 uv poetry bundle rake mix bazel swift zig flutter dart composer sbt lein stack cabal ninja meson playwright".split(
    " ",
  ),
);
/** What fetches a program instead of running it. */
const installs = new Set("install i add ci remove uninstall".split(" "));
const told = /^(?:.*[:_-])?(?:tests?|check|spec)(?:[:_-].*)?$/i;

/** Whether a command looks as if it ran tests; a guess by its words, made for a human to look at. */
export function looksLikeTest(command: string): boolean {
  return unwrapped(command.slice(0, 2_000))
    .split(/&&|\|\||[;|\n]/)
    .some((part) => {
      const words = part
        .trim()
        .split(/\s+/)
        .filter((word) => !/^[A-Za-z_]\w*=/.test(word));
      const program = (words[0] ?? "").replace(/^.*\//, "");
      if (alone.has(program)) return true;
      if (installs.has(words[1] ?? "")) return false;
      return runners.has(program) && words.slice(1, 6).some((word) => told.test(word) || alone.has(word));
    });
}

/** What a shell was given to run. */
function unwrapped(command: string): string {
  const [, quoted] = /^(?:\S*\/)?(?:ba|z|da)?sh\s+-\w*c\s+(?:'([\s\S]*)'|"[\s\S]*"|[\s\S]*)$/.exec(command) ?? [];
  return quoted ?? command.replace(/^(?:\S*\/)?(?:ba|z|da)?sh\s+-\w*c\s+/, "").replaceAll(/^"|"$/g, "");
}
