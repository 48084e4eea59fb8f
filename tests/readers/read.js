// What Citation.js reads in a file, as CSL-JSON on standard output.
const { createRequire } = require('module')
const path = require('path')
const fs = require('fs')
const [folder, file, style] = process.argv.slice(2)
const load = createRequire(path.join(folder, 'node_modules', 'x.js'))
const { Cite, plugins } = load('@citation-js/core')
for (const name of ['csl', 'bibtex', 'ris']) load('@citation-js/plugin-' + name)
plugins.config.get('@bibtex').parse.strict = false
const cite = new Cite(fs.readFileSync(file, 'utf8'), style ? { forceType: style } : {})
process.stdout.write(JSON.stringify(cite.format('data', { format: 'object' })))
