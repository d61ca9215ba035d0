import path from "node:path";
import type { RuleTester } from "oxlint/plugins-dev";
import { refusal } from "./walls.ts";

type Rule = Parameters<RuleTester["run"]>[1];

/** What an import names: `range` is where it stands in the file. */
interface Source {
  readonly type: string;
  readonly value?: unknown;
  readonly range: [number, number];
}

const root = path.dirname(import.meta.dirname);

/** Fixtures stand in for a project of their own, so that they may name the folders of the real one. */
function fromProjectRoot(filename: string): string {
  const relative = path.relative(root, filename).replaceAll(path.sep, "/");
  return relative.replace(/^lint\/fixtures\//, "");
}

/** Holds the import rules of ./rooms.ts for every way of naming another module, type imports and `require` included. */
const walls: Rule = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const file = fromProjectRoot(context.filename);

    function judge(source: Source | null | undefined, typeOnly: boolean): void {
      if (source === null || source === undefined || source.type !== "Literal") return;
      if (typeof source.value !== "string") return;
      const message = refusal({ file, specifier: source.value, typeOnly });
      if (message !== undefined) context.report({ node: source, message });
    }

    return {
      ImportDeclaration: (node) => judge(node.source, node.importKind === "type"),
      ExportNamedDeclaration: (node) => judge(node.source, node.exportKind === "type"),
      ExportAllDeclaration: (node) => judge(node.source, node.exportKind === "type"),
      ImportExpression: (node) => judge(node.source, false),
      TSImportType: (node) => judge(node.source, true),
      CallExpression: (node) => {
        const called = node.callee;
        if (called.type === "Identifier" && called.name === "require") judge(node.arguments[0], false);
      },
    };
  },
};

/** A second way to the same thing hides its home, slows the tools down and makes cycles. */
const noReExport: Rule = {
  meta: { type: "suggestion", schema: [] },
  create(context) {
    const message = "Nothing is re-exported: let readers import it from the file that owns it, and delete this line.";
    return {
      ExportAllDeclaration: (node) => context.report({ node, message }),
      ExportNamedDeclaration: (node) => {
        if (node.source !== null) context.report({ node, message });
      },
    };
  },
};

export default { meta: { name: "coxswain" }, rules: { walls, "no-re-export": noReExport } };
