// Writes a bill of materials (CycloneDX 1.5, JSON) of the native executable to standard output:
//   node eng/sbom.mjs VERSION > FILE
// From src/Host/packages.aot.lock.json, which names every package that is restored, with the SHA-512 of its content; licences are read from
// the packages that a restore has put into NuGet's folder. The same commit gives the same bytes.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const version = process.argv[2];
if (!version) {
  console.error("usage: node eng/sbom.mjs VERSION > FILE");
  process.exit(2);
}

const root = join(import.meta.dirname ?? ".", "..");
const lock = JSON.parse(readFileSync(join(root, "src/Host/packages.aot.lock.json"), "utf8"));
const packages = process.env.NUGET_PACKAGES ?? join(homedir(), ".nuget/packages");
const commit = execFileSync("git", ["-C", root, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();

function licence(name, number) {
  const file = join(packages, name.toLowerCase(), number, `${name.toLowerCase()}.nuspec`);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const expression = /<license type="expression">([^<]+)<\/license>/.exec(text)?.[1];
  const url = /<licenseUrl>([^<]+)<\/licenseUrl>/.exec(text)?.[1];
  return expression ? [{ expression }] : url ? [{ license: { name: "see", url } }] : [];
}

const components = new Map();
for (const target of Object.values(lock.dependencies)) {
  for (const [name, it] of Object.entries(target)) {
    if (it.type === "Project") continue;
    const purl = `pkg:nuget/${name}@${it.resolved}`;
    components.set(purl, {
      type: "library", "bom-ref": purl, name, version: it.resolved, purl,
      hashes: [{ alg: "SHA-512", content: Buffer.from(it.contentHash, "base64").toString("hex") }],
      licenses: licence(name, it.resolved),
    });
  }
}

const self = `pkg:generic/jetstream-queue-worker@${version}`;
const sorted = [...components.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
console.log(JSON.stringify({
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  version: 1,
  metadata: {
    component: { type: "application", "bom-ref": self, name: "jetstream-queue-worker", version, purl: self, licenses: [{ expression: "MIT" }] },
    properties: [{ name: "git.commit", value: commit }],
  },
  components: sorted,
  dependencies: [{ ref: self, dependsOn: sorted.map((it) => it["bom-ref"]) }],
}, null, 2));
