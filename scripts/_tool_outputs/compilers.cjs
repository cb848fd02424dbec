// SPDX-FileCopyrightText: 2026 The codescan authors
// SPDX-License-Identifier: Apache-2.0
// Runs the compilers and bundlers of JavaScript: node compilers.cjs SAMPLES OUT
const fs = require("fs"), path = require("path");
const [samples, out] = process.argv.slice(2);
const read = (name) => fs.readFileSync(path.join(samples, name), "utf8");
const write = (tool, name, text) => {
  fs.mkdirSync(path.join(out, tool), { recursive: true });
  fs.writeFileSync(path.join(out, tool, name), text);
};
const attempt = (f) => { try { f(); } catch (e) { console.error(String(e).split("\n")[0]); } };
const ts = read("sample.ts"), mjs = read("sample.mjs"), jsx = read("sample.jsx");
const parameters = read("sample-parameters.mjs");
// Without what compilers of 2018 and targets of 2015 do not know.
const older = (text) => text.replace(
  /^.*(@sealed|#|\*\*=|\?\?|\?\.|for await|async \*|export \* as|catch \{).*$/gm, "");
fs.writeFileSync(path.join(samples, "older.mjs"), older(mjs));
fs.writeFileSync(path.join(samples, "older.ts"), older(ts));
for (const version of ["typescript", "ts47", "ts40", "ts34", "ts28"]) attempt(() => {
  const compiler = require(version);
  for (const target of ["ES3", "ES5", "ES2015", "ES2018", "ES2021"])
    for (const module of ["CommonJS", "AMD", "UMD", "System"])
      for (const legacy of [true, false])
        for (const [name, text] of [["a", ts], ["b", parameters]])
          attempt(() => write("TypeScript", `${version}-${target}-${module}-${legacy}-${name}.js`,
            compiler.transpileModule(text, { compilerOptions: {
              target: compiler.ScriptTarget[target], module: compiler.ModuleKind[module],
              experimentalDecorators: legacy, emitDecoratorMetadata: legacy, esModuleInterop: true,
              downlevelIteration: legacy, jsx: 2 } }).outputText));
});
attempt(() => {
  const babel = require("@babel/core");
  const decorators = (version) => [require.resolve("@babel/plugin-proposal-decorators"),
    version === "legacy" ? { legacy: true } : { version }];
  for (const targets of ["ie 9", "chrome 60", "node 12"])
    for (const modules of ["commonjs", "amd", "umd", "systemjs"])
      for (const loose of [true, false])
        for (const version of ["legacy", "2023-05", "2018-09"])
          for (const [name, text] of [["a.js", mjs], ["b.jsx", jsx], ["c.js", parameters]])
            attempt(() => write("Babel", `${targets}-${modules}-${loose}-${version}-${name}`,
              babel.transformSync(text, { filename: name, configFile: false, babelrc: false,
                presets: [[require.resolve("@babel/preset-env"), { targets, modules, loose }],
                  require.resolve("@babel/preset-react")],
                plugins: [version === "2018-09"
                  ? [require.resolve("@babel/plugin-proposal-decorators"),
                    { version, decoratorsBeforeExport: true }]
                  : decorators(version)] }).code));
  const { list, get } = require("@babel/helpers");
  const generate = require("@babel/generator").default;
  for (const name of list) attempt(() => {
    const { nodes } = get(name);
    write("Babel", `helper-${name}.js`, nodes.map((n) => generate(n).code).join("\n"));
  });
});
attempt(() => {
  const babel6 = require("babel6core");
  for (const loose of [true, false]) for (const modules of ["commonjs", "amd", "umd", "systemjs"])
    for (const [name, text] of [["a.js", mjs], ["c.js", parameters]])
      attempt(() => write("Babel", `6-${modules}-${loose}-${name}`, babel6.transform(
        older(text), { babelrc: false,
          presets: [[require.resolve("babel-preset-env"), { modules, loose }],
            require.resolve("babel-preset-stage-2")] }).code));
  const { list, get } = require("babelhelpers6");
  const generate = require("@babel/generator").default;
  for (const name of list)
    attempt(() => write("Babel", `6-helper-${name}.js`, generate(get(name)).code));
});
attempt(() => {
  const coffee = require("coffeescript");
  write("CoffeeScript", "a.js", coffee.compile(read("sample.coffee"), {}));
});
const bundled = [];
for (const version of ["webpack", "webpack4"]) attempt(() => {
  const webpack = require(version);
  for (const entry of ["entry.js", "entry.mjs"])
    for (const type of ["umd", "var", "commonjs2", "amd"])
      bundled.push(new Promise((done) => { try { webpack({ mode: "none",
        entry: path.join(samples, entry), context: samples, devtool: false,
        output: { path: path.join(out, "webpack"), libraryTarget: type, library: "sample",
          filename: `${version}-${entry}-${type}.js`,
          chunkFilename: `${version}-${entry}-${type}-[id].js` } },
        (e) => { if (e) console.error(String(e).split("\n")[0]); done(); });
      } catch (e) { console.error(String(e).split("\n")[0]); done(); } }));
});
for (const version of ["rollup", "rollup2", "rollup1"]) bundled.push((async () => {
  const { rollup } = require(version);
  for (const format of ["umd", "iife", "cjs", "amd", "system"])
    for (const exports of ["named", "auto"])
      for (const interop of ["compat", "auto", "default"]) try {
        const bundle = await rollup({ input: path.join(samples, "sample-rollup.mjs"),
          external: () => true, onwarn() {} });
        const { output } = await bundle.generate({ format, exports, interop, name: "a.sample",
          extend: true, globals: (id) => "global" + id.length, esModule: true });
        write("Rollup", `${version}-${format}-${exports}-${interop}.js`, output[0].code);
      } catch (e) { console.error("rollup", format, String(e).split("\n")[0]); }
})());
bundled.push(new Promise((done) => attempt(() => {
  const browserify = require("browserify");
  const b = browserify(path.join(samples, "entry.js"), { standalone: "sample" });
  b.bundle((e, text) => { if (!e) write("Browserify", "standalone.js", text); done(); });
})));
const modules = path.dirname(path.dirname(require.resolve("tslib/package.json")));
const copy = (tool, ...folder) => attempt(() => {
  const from = path.join(modules, ...folder);
  for (const name of fs.readdirSync(from).filter((n) => /\.c?js$/.test(n)))
    write(tool, `${folder.join("-").replaceAll("/", "-")}-${name}.js`,
      fs.readFileSync(path.join(from, name)));
});
copy("SWC", "@swc/helpers", "cjs");
copy("SWC", "swchelpers4", "lib");
copy("SWC", "swchelpers3", "lib");
copy("Parcel", "parcel1", "src/builtins");
copy("Parcel", "@parcel/transformer-js", "src");
for (const name of ["dev-prelude.js", "helpers.js"]) attempt(() =>
  write("Parcel", name, fs.readFileSync(path.join(modules, "@parcel/packager-js/lib", name))));
attempt(() => {
  const swc = require("@swc/core");
  for (const target of ["es5", "es2015", "es2018"]) for (const type of ["commonjs", "umd", "amd"])
    for (const [name, text] of [["a", ts], ["b", parameters]])
      attempt(() => write("SWC", `${target}-${type}-${name}.js`, swc.transformSync(text, {
        module: { type }, jsc: { target, externalHelpers: false,
          parser: { syntax: "typescript", decorators: true } } }).code));
});
attempt(() => {
  const folder = path.dirname(require.resolve("tslib/package.json"));
  for (const name of ["tslib.js", "tslib.es6.js"])
    write("TypeScript", name, fs.readFileSync(path.join(folder, name)));
});
const externals = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
  .flatMap((n) => [n, `./${n}`]);
const { execFileSync } = require("child_process");
for (const version of ["el08", "el11", "el12", "el13", "el14", "el15", "el19"])
  for (const format of ["cjs", "iife", "esm"]) for (const target of ["es2015", "es2020"])
    for (const [name, input] of [["a", "older.ts"], ["b", "entry.mjs"], ["c", "entry.js"],
      ["d", "sample-rollup.mjs"], ["e", "sample-parameters.mjs"], ["f", "older.mjs"],
      ["g", "sample.ts"]])
      for (const options of [[], ["--bundle"]]) attempt(() => write("esbuild",
        `${version}-${format}-${target}-${name}-${options.length}.js`, execFileSync(
          path.join(modules, version, "bin", "esbuild"), [path.join(samples, input), ...options,
            `--format=${format}`, `--target=${target}`, "--platform=node", "--log-level=error",
            ...(format === "iife" ? ["--global-name=sample"] : []),
            ...(options.length ? externals.map((n) => `--external:${n}`) : ["--keep-names"])],
          { stdio: ["ignore", "pipe", "ignore"] })));
Promise.all(bundled);
