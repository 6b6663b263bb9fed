// Configurations of phi^4 in Node, every one of them checked: the checksum of the bytes, and the
// action recomputed from the fields.
//
//   node subscribe.mjs 127.0.0.1:7420 phi4-continuous-16x16 20000
//
// Needs @grpc/grpc-js and @grpc/proto-loader from npm; proto/ is read as it is (see ../README.md).
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import path from 'node:path';

// Packages beside this file, or where NODE_PATH says.
const require = createRequire(import.meta.url);
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [server = '127.0.0.1:7420', model = 'phi4-continuous-16x16', count = '20000', ...rest] =
    process.argv.slice(2);
const protos = process.env.FIELDSTREAM_PROTO ??
    path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../proto/src/main/protobuf');

const {fieldstream} = grpc.loadPackageDefinition(loader.loadSync(
    ['fieldstream/v1/sampler.proto', 'fieldstream/v1/model.proto'],
    {includeDirs: [protos], keepCase: true, longs: String, enums: String}));
const options = {
  'grpc.max_receive_message_length': 64 << 20,
  'grpc-node.flow_control_window': 8 << 20, // the default of 64 KiB makes streams four times slower
};
const credentials = grpc.credentials.createInsecure();
const sampler = new fieldstream.v1.SamplerService(server, credentials, options);
const models = new fieldstream.v1.ModelService(server, credentials, options);

// CRC-32C (RFC 3720, B.4), eight bytes at a time: table[k][b] is the checksum of byte b followed by
// k zero bytes.
const table = Array.from({length: 8}, () => new Uint32Array(256));
for (let b = 0; b < 256; b++) {
  let c = b;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  table[0][b] = c;
}
for (let k = 1; k < 8; k++) {
  for (let b = 0; b < 256; b++) {
    table[k][b] = (table[k - 1][b] >>> 8) ^ table[0][table[k - 1][b] & 255];
  }
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = table;

function crc32c(bytes) {
  let c = -1;
  let i = 0;
  for (; i + 8 <= bytes.length; i += 8) {
    c ^= bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16 | bytes[i + 3] << 24;
    c = t7[c & 255] ^ t6[c >>> 8 & 255] ^ t5[c >>> 16 & 255] ^ t4[c >>> 24] ^
        t3[bytes[i + 4]] ^ t2[bytes[i + 5]] ^ t1[bytes[i + 6]] ^ t0[bytes[i + 7]];
  }
  for (; i < bytes.length; i++) c = (c >>> 8) ^ t0[(c ^ bytes[i]) & 255];
  return ~c >>> 0;
}

// The values of `fields` as floats: a view, not a copy, where the bytes lie on a multiple of four.
function floats(bytes) {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

// For each site the sites one step forward in every direction, C order, periodic.
function forwardNeighbours(extents) {
  const volume = extents.reduce((a, b) => a * b, 1);
  const table = new Int32Array(volume * extents.length);
  let stride = volume;
  extents.forEach((extent, axis) => {
    stride /= extent;
    for (let x = 0; x < volume; x++) {
      const last = Math.floor(x / stride) % extent === extent - 1;
      table[x * extents.length + axis] = last ? x - stride * (extent - 1) : x + stride;
    }
  });
  return table;
}

// S = sum_x [(2D + m2) phi^2 - 2 sum_mu phi_x phi_{x+mu} + lambda phi^4] of the n-th configuration.
function action(phi, n, volume, dimensions, neighbours, {m2, lambda}) {
  const at = n * volume;
  let s = 0;
  for (let x = 0; x < volume; x++) {
    let hop = 0;
    for (let mu = 0; mu < dimensions; mu++) hop += phi[at + neighbours[x * dimensions + mu]];
    const square = phi[at + x] * phi[at + x];
    s += (2 * dimensions + m2 + lambda * square) * square - 2 * phi[at + x] * hop;
  }
  return s;
}

// The target of the command line (16x16 m2=-4 lambda=4.98), or the one the model was trained for.
async function target() {
  if (rest.length === 0) {
    const found = await new Promise((resolve, reject) =>
        models.GetModel({model}, (error, answer) => error ? reject(error) : resolve(answer)));
    return found.model.target;
  }
  const couplings = Object.fromEntries(rest.slice(1).map((c) => c.split('=')));
  for (const name in couplings) couplings[name] = Number(couplings[name]);
  return {theory: 'phi4', extents: rest[0].split('x').map(Number), couplings};
}

async function main() {
  const wanted = await target();
  const volume = wanted.extents.reduce((a, b) => a * b, 1);
  const neighbours = forwardNeighbours(wanted.extents);
  let configurations = 0;
  let bytes = 0;
  let worst = 0;
  let phi2 = 0;
  const begin = performance.now();
  for await (const batch of sampler.Subscribe({model, target: wanted, seed: 1, count})) {
    if (crc32c(batch.fields) !== batch.crc32c) {
      throw new Error(`crc32c: configurations from ${batch.first_index} on are damaged`);
    }
    const phi = floats(batch.fields);
    for (let n = 0; n < batch.count; n++) {
      const told = batch.action[n];
      const own = action(phi, n, volume, wanted.extents.length, neighbours, wanted.couplings);
      // S passes through 0, its rounding does not: sqrt(V) is the size of its fluctuations.
      worst = Math.max(worst, Math.abs(own - told) / Math.max(Math.abs(told), Math.sqrt(volume)));
    }
    for (const value of phi) phi2 += value * value;
    configurations += batch.count;
    bytes += batch.fields.length;
  }
  const seconds = (performance.now() - begin) / 1000;
  if (configurations !== Number(count)) throw new Error(`count: ${configurations} (expected: ${count})`);
  if (!(worst < 1e-5)) throw new Error(`action: off by ${worst} relative (expected: below 1e-5)`);
  console.log(`${configurations} configurations of ${volume} sites, ${(bytes / 1e6).toFixed(1)} MB in ` +
      `${seconds.toFixed(2)} s: ${(bytes / 1e6 / seconds).toFixed(1)} MB/s, all checked`);
  const cpu = process.cpuUsage();
  console.log(`${(bytes / (cpu.user + cpu.system)).toFixed(0)} MB per CPU-second of this process; ` +
      `action within ${worst.toExponential(1)} relative; <phi^2> = ` +
      `${(phi2 / configurations / volume).toFixed(6)}`);
}

main().catch((error) => {
  // A gRPC error's details name the field at fault and what was expected.
  console.error(error.details ? `${grpc.status[error.code]}: ${error.details}` : error.message);
  process.exitCode = 1;
});
