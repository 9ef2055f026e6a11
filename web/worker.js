// Verifies one file: is sent { wasm, file, vk, tree, exitCode }, where vk is an array of 32 bytes, or null for the
// key that the proof names, and tree one of 32 bytes or null, which will not do for a compressed proof; posts
// { read } now and then, a part of the file, and at last { result }.

const PIECE = 1 << 20;
// How the file of a compressed proof starts, which is read as a whole.
const ROOT = 'AVEROOT\n';
// aver_status of crates/c/include/aver.h.
const [VERIFIED, UNVERIFIED, TRUNCATED] = [0, 1, 5];

onmessage = async ({ data }) => {
  let result;
  try {
    result = await verify(data);
  } catch (error) {
    // A fault of the verifier, or no memory: whatever it is, nothing is shown.
    result = { verified: false, error: `the file could not be checked (${error})` };
  }
  postMessage({ result });
};

async function verify({ wasm, file, vk, tree, exitCode }) {
  const { instance } = await WebAssembly.instantiate(wasm);
  const aver = instance.exports;
  const piece = aver.aver_alloc(PIECE);

  if (!vk) {
    const claimed = await inspect(aver, file);
    if (claimed.error) return claimed;
    vk = claimed.vk;
  }
  if (new TextDecoder().decode(await read(file, 0, ROOT.length)) === ROOT) {
    return verifyRoot(aver, file, vk, tree, exitCode);
  }
  put(aver, piece, vk);
  const verifier = aver.aver_verifier_new(piece, exitCode);
  let milliseconds = 0;
  const timed = (step) => {
    const start = performance.now();
    const value = step();
    milliseconds += performance.now() - start;
    return value;
  };
  for (let at = 0; at < file.size; at += PIECE) {
    const bytes = await read(file, at, at + PIECE);
    put(aver, piece, bytes);
    if (!timed(() => aver.aver_verifier_push(verifier, piece, bytes.length))) break;
    postMessage({ read: (at + bytes.length) / file.size });
  }
  const report = timed(() => aver.aver_verifier_finish(verifier));
  return { ...said(aver, report), milliseconds };
}

// A compressed proof, as a whole. The key of its tree is never the file's.
async function verifyRoot(aver, file, vk, tree, exitCode) {
  if (!tree) {
    return { verified: false, error: 'this is a compressed proof, and shows nothing without the key of its tree' };
  }
  const [atVk, atTree, at] = [vk, tree, await read(file, 0, file.size)].map((values) => {
    const to = aver.aver_alloc(values.length);
    put(aver, to, values);
    return to;
  });
  const start = performance.now();
  const report = aver.aver_verify_root(at, file.size, atVk, atTree, exitCode);
  return { ...said(aver, report), milliseconds: performance.now() - start };
}

// What the file claims, of which nothing is verified here.
async function inspect(aver, file) {
  for (let length = PIECE; ; length *= 2) {
    const bytes = await read(file, 0, length);
    const at = aver.aver_alloc(bytes.length);
    put(aver, at, bytes);
    const report = aver.aver_inspect(at, bytes.length);
    aver.aver_dealloc(at, bytes.length);
    if (aver.aver_report_status(report) !== TRUNCATED || length >= file.size) return said(aver, report);
    aver.aver_report_free(report);
  }
}

// A report as an object.
function said(aver, report) {
  const status = aver.aver_report_status(report);
  const digest = (at) => bytes(aver, at, 32);
  const error = text(aver, aver.aver_report_error(report));
  if (error || (status !== VERIFIED && status !== UNVERIFIED)) return { verified: false, error };
  return {
    verified: status === VERIFIED,
    vk: digest(aver.aver_report_vk(report)),
    exitCode: aver.aver_report_exit_code(report) >>> 0,
    digest: digest(aver.aver_report_output_digest(report)),
    output: bytes(aver, aver.aver_report_output(report), aver.aver_report_output_length(report)),
    shards: aver.aver_report_shards(report),
    isRoot: Boolean(aver.aver_report_is_root(report)),
  };
}

async function read(file, from, to) {
  return new Uint8Array(await file.slice(from, to).arrayBuffer());
}

// The memory's buffer is another one whenever it has grown.
function put(aver, at, values) {
  new Uint8Array(aver.memory.buffer).set(values, at >>> 0);
}

function bytes(aver, at, length) {
  return new Uint8Array(aver.memory.buffer, at >>> 0, length >>> 0).slice();
}

function text(aver, at) {
  const all = new Uint8Array(aver.memory.buffer);
  return new TextDecoder().decode(all.slice(at >>> 0, all.indexOf(0, at >>> 0)));
}
