/*
 * The blind ticket: how this browser has a ballot paper stamped without the server seeing its number.
 * RFC 9474, RSABSSA-SHA384-PSS-Randomized. Pure functions: no page, no network, nothing is kept. Numbers are
 * Uint8Arrays, big endian; n and e are the team's public key.
 *
 *   1. c = newCode()                     drawn here, shown to you as twelve words, sent only if you change answers
 *   2. message = ballotMessage(c)        32 random bytes and SHA-256(c)
 *   3. blind(n, e, message)              the message times a random number: all that the server sees when it
 *                                        learns who you are; every message gives every value equally often
 *   4. finalize(…, reply, inverse)       takes the random number off the server's reply and checks the stamp
 *   5. message, stamp and answers go in a second request, which does not say who you are
 */

const SALT_BYTES = 48;      // RFC 9474, section 5; SHA-384 is as long
const HASH_BYTES = 48;
const PREFIX_BYTES = 32;
const CODE_BYTES = 16;
const FINGERPRINT_BYTES = 16;
const WORDS = 12;
const RSA_ENCRYPTION = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];

const join = (...parts) => new Uint8Array(parts.flatMap(part => [...part]));
const random = length => crypto.getRandomValues(new Uint8Array(length));
const hash = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
const toNumber = bytes => BigInt(`0x0${hex(bytes)}`);
const toBytes = (number, length) => Uint8Array.from(number.toString(16).padStart(2 * length, '0').match(/../g), two => parseInt(two, 16));

export function toBase64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64url(text) {
  if (!/^[\w-]*$/.test(text)) throw new Error('not base64url');
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0));
}

/* What the link says of the key, rebuilt from the key itself (RFC 5280's SubjectPublicKeyInfo, its SHA-256). */
export async function fingerprint(n, e) {
  const key = der(0x30, ...[n, e].map(number => der(2, number[0] < 0x80 ? [] : [0], number)));
  const info = der(0x30, RSA_ENCRYPTION, der(3, [0], key));
  return toBase64url((await hash('SHA-256', info)).slice(0, FINGERPRINT_BYTES));
}

function der(tag, ...parts) {
  const content = join(...parts);
  const size = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return join([tag], size, content);
}

export const newCode = () => random(CODE_BYTES);

/* The code as twelve words of BIP 39's list of 2048: 128 bits and the first four of its SHA-256. */
export async function toWords(code, list) {
  const bits = toNumber(code) << 4n | BigInt((await hash('SHA-256', code))[0] >> 4);
  return Array.from({ length: WORDS }, (_, place) => list[Number(bits >> 11n * BigInt(WORDS - 1 - place) & 2047n)]).join(' ');
}

export const prepare = message => join(random(PREFIX_BYTES), message);

export const ballotMessage = async code => prepare(await hash('SHA-256', code));

/* Section 4.2. Only the RFC's test vectors give salt and r; otherwise both are drawn here. */
export async function blind(n, e, prepared, { salt = random(SALT_BYTES), r } = {}) {
  const modulus = toNumber(n);
  const message = await encode(prepared, salt, modulus.toString(2).length - 1);
  let factor = r && toNumber(r), inverse = r && invert(factor, modulus);
  while (!inverse) {
    factor = toNumber(random(n.length));  // evenly from 1 to n - 1: whatever is larger is drawn again
    inverse = factor < modulus && invert(factor, modulus);
  }
  const blinded = message * power(factor, toNumber(e), modulus) % modulus;
  return { blinded: toBytes(blinded, n.length), inverse: toBytes(inverse, n.length) };
}

/* Section 4.4. A stamp that does not verify must not be used: one made with another key would mark its owner. */
export async function finalize(n, e, prepared, blindSignature, inverse, saltBytes = SALT_BYTES) {
  const signature = toBytes(toNumber(blindSignature) * toNumber(inverse) % toNumber(n), n.length);
  const jwk = { kty: 'RSA', n: toBase64url(n), e: toBase64url(e) };
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'RSA-PSS', hash: 'SHA-384' }, false, ['verify']);
  if (blindSignature.length !== n.length
      || !await crypto.subtle.verify({ name: 'RSA-PSS', saltLength: saltBytes }, key, signature, prepared)) {
    throw new Error('the signature does not verify');
  }
  return signature;
}

/* EMSA-PSS (RFC 8017, section 9.1.1): spreads a message over a number of at most that many bits. */
async function encode(message, salt, bits) {
  const size = Math.ceil(bits / 8);
  const digest = await hash('SHA-384', join(new Uint8Array(8), await hash('SHA-384', message), salt));
  const block = join(new Uint8Array(size - salt.length - HASH_BYTES - 2), [1], salt);
  const mask = await maskOf(digest, block.length);
  const spread = block.map((byte, place) => byte ^ mask[place]);
  spread[0] &= 0xff >> (8 * size - bits);
  return toNumber(join(spread, digest, [0xbc]));
}

/* MGF1 (RFC 8017, appendix B.2.1). */
async function maskOf(seed, length) {
  const rounds = Array.from({ length: Math.ceil(length / HASH_BYTES) }, (_, i) => hash('SHA-384', join(seed, [0, 0, 0, i])));
  return join(...await Promise.all(rounds)).slice(0, length);
}

function power(base, exponent, modulus) {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = square * square % modulus) {
    if (rest & 1n) result = result * square % modulus;
  }
  return result;
}

/* Euclid's extended algorithm: the x with a · x = 1 modulo n, or 0 if there is none. */
function invert(a, n) {
  let [last, rest, x, next] = [n, a, 0n, 1n];
  while (rest > 0n) [last, rest, x, next] = [rest, last % rest, next, x - last / rest * next];
  return last === 1n ? (x + n) % n : 0n;
}
