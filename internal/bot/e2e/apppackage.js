// The app package, against Microsoft's own schema.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { unzipSync } from "fflate";
import { expect, story } from "./check.js";
import { calltab, here, scratch } from "./process.js";

const appID = "5f0c6a5e-6f0e-4c52-9a3d-0d4f1c1b7a11";

export async function appPackage() {
  for (const version of ["1.29", "1.25"]) await ofVersion(version);
}

async function ofVersion(version) {
  let files, manifest;
  await story([
    [`the app package of version ${version} is written: three files at its root`, async () => {
      const file = path.join(scratch, `calltab-${version}.zip`);
      execFileSync(calltab, ["package", "-o", file, "--app-id", appID, "--manifest-version", version], { timeout: 20_000 });
      files = unzipSync(readFileSync(file));
      const names = Object.keys(files).sort().join(" ");
      expect(names === "color.png manifest.json outline.png", `it holds ${names}`);
    }],
    ["its manifest is valid by Microsoft's schema of its version", async () => {
      manifest = JSON.parse(Buffer.from(files["manifest.json"]).toString("utf8"));
      expect(manifest.manifestVersion === version, `it is of version ${manifest.manifestVersion}`);
      const schema = schemaOf(version);
      expect(manifest.$schema.includes(`/v${manifest.manifestVersion}/`), `version ${manifest.manifestVersion} names the schema ${manifest.$schema}`);
      const ajv = new Ajv({ strict: false, allErrors: true });
      addFormats(ajv);
      const valid = ajv.compile(schema);
      expect(valid(manifest), ajv.errorsText(valid.errors, { separator: "\n" }));
      // The validator is really at work: a manifest with something added is refused.
      expect(!valid({ ...manifest, extra: 1 }), "the schema takes anything");
    }],
    ["its icons are PNGs of the sizes that Teams wants", async () => {
      for (const [name, size] of [[manifest.icons.color, 192], [manifest.icons.outline, 32]]) {
        const png = Buffer.from(files[name] ?? []);
        expect(png.subarray(1, 4).toString() === "PNG", `${name} is no PNG`);
        const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
        expect(width === size && height === size, `${name} has ${width} × ${height} pixels, want ${size}`);
      }
    }],
  ]);
}

function schemaOf(version) {
  const [major, minor] = version.split(".").map(Number);
  expect(major === 1 && minor >= 25, `manifest version ${version} is older than 1.25`);
  const dir = path.join(here, "node_modules/@microsoft/app-manifest/build/json-schemas/teams", `v${version}`);
  return JSON.parse(readFileSync(path.join(dir, "MicrosoftTeams.schema.json"), "utf8"));
}
