// Checks manifests against what Kubernetes, KEDA and the Prometheus operator say of their kinds:
//   node check.mjs FILE...
// Twice: by the compiled schemas (required fields, types, enumerations, patterns), and by the compiler of the same kinds' types, which
// also refuses fields that do not exist. Exit code 1 when anything is wrong.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

const here = dirname(fileURLToPath(import.meta.url));
const wrong = [];
const typed = [];

function moduleOf(apiVersion) {
  if (apiVersion.startsWith("keda.sh/")) return `@kubernetes-models/keda/${apiVersion}`;
  if (apiVersion.startsWith("monitoring.coreos.com/")) return `@kubernetes-models/prometheus-operator/${apiVersion}`;
  return `kubernetes-models/${apiVersion}`;
}

for (const file of process.argv.slice(2)) {
  for (const document of parseAllDocuments(readFileSync(file, "utf8"), { uniqueKeys: true })) {
    wrong.push(...document.errors.map((error) => `${file}: ${error.message}`));
    const object = document.toJS();
    if (!object) continue;
    const name = `${file}: ${object.kind}/${object.metadata?.name}`;
    try {
      const kinds = await import(moduleOf(object.apiVersion));
      new kinds[object.kind](object).validate();
      typed.push({ name, module: moduleOf(object.apiVersion), kind: object.kind, object });
    } catch (error) {
      wrong.push(`${name}: ${error.message}`);
    }
  }
}

const folder = mkdtempSync(join(here, "types-"));
try {
  const lines = typed.map((it, i) =>
    `import type { I${it.kind} as T${i} } from ${JSON.stringify(it.module)};\n/* ${it.name} */ export const d${i}: T${i} = ${JSON.stringify(it.object)};`);
  writeFileSync(join(folder, "all.ts"), lines.join("\n"));
  execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict", "--skipLibCheck", "--noErrorTruncation",
    "--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022", join(folder, "all.ts")], { encoding: "utf8" });
} catch (error) {
  const source = readFileSync(join(folder, "all.ts"), "utf8").split("\n");
  for (const line of String(error.stdout || error.message).split("\n").filter((text) => text.includes("error TS"))) {
    const at = Number(/all\.ts\((\d+),/.exec(line)?.[1] ?? 0);
    wrong.push(`${/\/\* (.*?) \*\//.exec(source[at - 1] ?? "")?.[1] ?? ""}: ${line.replace(/^.*error TS\d+: /, "")}`);
  }
  if (wrong.length === 0) wrong.push(String(error));
} finally {
  rmSync(folder, { recursive: true });
}

wrong.forEach((line) => console.error(line));
console.log(`${typed.length} objects, ${wrong.length} problems`);
process.exit(wrong.length === 0 && typed.length > 0 ? 0 : 1);
