import type { Keys } from './keys.ts';

/**
 * Redis Cloud's keys have some fifty characters. A short word that a test server takes for a key is left alone, because
 * it may stand in an answer by chance.
 */
const SHORTEST = 12;

/** Whatever is quoted from an answer later, it holds no key, in none of the forms in which a server may repeat it. */
export function withoutKeys(text: string, { apiKey, secretKey }: Keys): string {
  return [secretKey, apiKey]
    .filter((key) => key.length >= SHORTEST)
    .flatMap(formsOf)
    .reduce((clean, form) => clean.replaceAll(form, '***'), text);
}

function formsOf(key: string): string[] {
  const encoded = [0, 1, 2].map((before) => inBase64(key, before));
  const forSafeUrls = encoded.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), ...encoded, ...forSafeUrls];
}

/**
 * What the Base64 form of a longer text has of the key, which begins there after so many bytes: without the characters
 * at both ends that the bytes beside it have a part in.
 */
function inBase64(key: string, before: number): string {
  const bytes = Buffer.from(' '.repeat(before) + key);
  const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6)];
  return bytes.toString('base64').slice(from, to);
}
