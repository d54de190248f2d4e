/**
 * SMART App Launch 2: a backend client by private-key JWT (client credentials, RFC 7523), and a standalone launch with PKCE
 * (RFC 7636). Off unless an admin configures a partner; only that partner's own address is ever called, over TLS except on
 * the loopback address, and never by a redirect.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign, timingSafeEqual, verify } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isObject, type JsonObject, objectsOf, textOf } from '../../shared/exchange/fhir/json.ts';
import { parseJsonObject } from '../../shared/exchange/fhir/parse.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';

export interface SmartPartner {
  /** Base address of the FHIR server. */
  readonly fhirBase: string;
  readonly clientId: string;
  /** Milliseconds for an answer to arrive whole. */
  readonly patience?: number;
}

export interface BackendKey {
  readonly privateKey: KeyObject;
  readonly keyId: string;
}

const ANSWER_LIMIT = 64 * 1024 * 1024;

const failed = (message: string): FaultError =>
  new FaultError(fault('write-failed', message, 'Nothing was sent or taken; look at the other system and try again.'));
const misconfigured = (message: string, field: string): FaultError =>
  new FaultError(fault('field-invalid', message, 'Correct the configuration of the partner.', { field }));

/** TLS, or the loopback address. @throws FaultError field-invalid */
function allowed(address: string, field: string): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw misconfigured('The address is none.', field);
  }
  const loopback = url.hostname === '127.0.0.1' || url.hostname === '[::1]';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))
    throw misconfigured('Only TLS, or the loopback address, is spoken to.', field);
  if (url.username !== '' || url.password !== '') throw misconfigured('An address carries no password.', field);
  return url;
}

/** One exchange of JSON. What comes back slowly, half, too large or as a page is refused. */
export function exchanged(
  address: URL,
  {
    method = 'GET',
    headers = {},
    body,
    patience = 15_000,
  }: { method?: 'GET' | 'POST' | 'PUT'; headers?: Record<string, string>; body?: string; patience?: number },
): Promise<{ status: number; body: JsonObject }> {
  return new Promise((done, refuse) => {
    const make = address.protocol === 'https:' ? tlsRequest : plainRequest;
    const outgoing = make(
      address,
      {
        method,
        headers: {
          accept: 'application/fhir+json, application/json',
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
        signal: AbortSignal.timeout(patience),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > ANSWER_LIMIT) outgoing.destroy();
          else chunks.push(chunk);
        });
        response.on('end', () => {
          if (!response.complete) return refuse(failed('The answer ended half way.'));
          const status = response.statusCode ?? 0;
          if (status >= 300 && status < 400)
            return refuse(failed('The other system sends us elsewhere; that is not followed.'));
          const parsed = jsonIn(Buffer.concat(chunks));
          if (parsed?.ok !== true) return refuse(failed('The other system answers with something else than JSON.'));
          done({ status, body: parsed.value });
        });
        response.on('error', () => refuse(failed('The answer ended half way.')));
      },
    );
    outgoing.on('error', (error) =>
      refuse(
        failed(
          error.name === 'TimeoutError' || error.name === 'AbortError'
            ? 'The other system does not answer in time.'
            : 'The other system cannot be reached, or hung up.',
        ),
      ),
    );
    outgoing.end(body);
  });
}

/** Undefined where the answer is not UTF-8, which FHIR and OAuth 2 both ask for. */
function jsonIn(bytes: Buffer): ReturnType<typeof parseJsonObject> | undefined {
  try {
    return parseJsonObject(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

export interface SmartConfiguration {
  readonly tokenEndpoint: URL;
  readonly authorizationEndpoint: URL | undefined;
  /** Whether it says that it takes PKCE with S256, as SMART App Launch 2 asks of a server. */
  readonly takesS256: boolean;
}

/** `.well-known/smart-configuration`; its addresses must be of the partner's own host. */
export async function discover(partner: SmartPartner): Promise<SmartConfiguration> {
  const base = allowed(partner.fhirBase, 'fhirBase');
  const at = new URL(`${base.href.replace(/\/$/, '')}/.well-known/smart-configuration`);
  const { status, body } = await exchanged(at, timing(partner));
  if (status !== 200) throw failed('The other system does not say how to get a token.');
  const endpoint = (name: string): URL | undefined => {
    const said = textOf(body[name]);
    if (said === undefined) return undefined;
    const url = allowed(said, name);
    if (url.host !== base.host) throw failed('The other system names an address of another host; it is not called.');
    return url;
  };
  const tokenEndpoint = endpoint('token_endpoint');
  if (tokenEndpoint === undefined) throw failed('The other system does not say where to get a token.');
  const methods = body.code_challenge_methods_supported;
  return {
    tokenEndpoint,
    authorizationEndpoint: endpoint('authorization_endpoint'),
    takesS256: Array.isArray(methods) && methods.includes('S256'),
  };
}

const timing = ({ patience }: SmartPartner): { patience?: number } => (patience === undefined ? {} : { patience });
const base64url = (value: string | Buffer): string => Buffer.from(value).toString('base64url');

/** A JWS in compact form: RS384 for RSA keys, ES384 for P-384 (SMART backend services, both required of servers). */
export function signedJwt(claims: JsonObject, { privateKey, keyId }: BackendKey): string {
  const curve = privateKey.asymmetricKeyDetails?.namedCurve;
  const isRsa = privateKey.asymmetricKeyType === 'rsa';
  if (!isRsa && curve !== 'secp384r1') throw misconfigured('The key is neither RSA nor P-384.', 'privateKey');
  const head = base64url(JSON.stringify({ alg: isRsa ? 'RS384' : 'ES384', kid: keyId, typ: 'JWT' }));
  const payload = `${head}.${base64url(JSON.stringify(claims))}`;
  const signature = sign('sha384', Buffer.from(payload), {
    key: privateKey,
    ...(isRsa ? {} : { dsaEncoding: 'ieee-p1363' as const }),
  });
  return `${payload}.${base64url(signature)}`;
}

/** The claims of a JWT whose signature holds under the key; undefined otherwise. Times are the caller's to judge. */
export function verifiedJwt(token: string, key: KeyObject): JsonObject | undefined {
  const [head = '', claims = '', signature = '', more] = token.split('.');
  if (more !== undefined || signature === '') return undefined;
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const isRsa = publicKey.asymmetricKeyType === 'rsa';
  try {
    const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg?: unknown };
    // The algorithm is the key's, never the token's own choice.
    if (alg !== (isRsa ? 'RS384' : 'ES384')) return undefined;
    const holds = verify(
      'sha384',
      Buffer.from(`${head}.${claims}`),
      { key: publicKey, ...(isRsa ? {} : { dsaEncoding: 'ieee-p1363' as const }) },
      Buffer.from(signature, 'base64url'),
    );
    const read: unknown = holds ? JSON.parse(Buffer.from(claims, 'base64url').toString()) : undefined;
    return isObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

export interface AccessToken {
  readonly token: string;
  /** Milliseconds since 1970 after which it is not used. */
  readonly until: number;
  readonly scope: string | undefined;
  /** The patient that was chosen at a launch. */
  readonly patient: string | undefined;
}

async function tokenFrom(
  endpoint: URL,
  form: Record<string, string>,
  partner: SmartPartner,
  now: number,
): Promise<AccessToken> {
  const { status, body } = await exchanged(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    ...timing(partner),
  });
  const token = textOf(body.access_token);
  if (status !== 200 || token === undefined || textOf(body.token_type)?.toLowerCase() !== 'bearer')
    throw failed('The other system gives no token.');
  const seconds = typeof body.expires_in === 'number' ? body.expires_in : 60;
  return { token, until: now + seconds * 1000 - 5000, scope: textOf(body.scope), patient: textOf(body.patient) };
}

/** SMART backend services: an assertion of five minutes at most, used once. @throws FaultError write-failed, field-invalid */
export async function backendToken(
  partner: SmartPartner,
  key: BackendKey,
  scope: string,
  now = Date.now(),
): Promise<AccessToken> {
  const { tokenEndpoint } = await discover(partner);
  const assertion = signedJwt(
    {
      iss: partner.clientId,
      sub: partner.clientId,
      aud: tokenEndpoint.href,
      exp: Math.floor(now / 1000) + 240,
      jti: randomBytes(24).toString('base64url'),
    },
    key,
  );
  return tokenFrom(
    tokenEndpoint,
    {
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    },
    partner,
    now,
  );
}

export interface Launch {
  /** Where the person's browser is sent. */
  readonly authorizeAt: string;
  /** Whether this is the answer to this launch: its state is ours and was not used. */
  readonly isAnswer: (query: string) => boolean;
  /** Takes what the browser came back with. @throws FaultError write-failed where the state is not ours, forbidden where access was denied */
  readonly finish: (query: string) => Promise<AccessToken>;
}

/** Words of RFC 6749, section 4.1.2.1, and OpenID Connect; any other one is not repeated. */
const refusalIn = (error: string | null): string =>
  /^(invalid_request|unauthorized_client|unsupported_response_type|invalid_scope|server_error|temporarily_unavailable|login_required|interaction_required|consent_required)$/.test(
    error ?? '',
  )
    ? `: ${error?.replaceAll('_', ' ')}`
    : '';

/** A standalone launch; nothing but the browser and the partner sees the code, and only we hold its verifier. */
export async function standaloneLaunch(
  partner: SmartPartner,
  { redirect, scope }: { redirect: string; scope: string },
  now: () => number = Date.now,
): Promise<Launch> {
  const { authorizationEndpoint, tokenEndpoint, takesS256 } = await discover(partner);
  if (authorizationEndpoint === undefined) throw failed('The other system offers no launch.');
  // A server that ignored the challenge would give the token to whoever stole the code.
  if (!takesS256) throw failed('The other system does not say that it takes PKCE with S256.');
  allowed(redirect, 'redirect');
  const verifier = randomBytes(48).toString('base64url');
  const state = randomBytes(24).toString('base64url');
  authorizationEndpoint.search = new URLSearchParams({
    response_type: 'code',
    client_id: partner.clientId,
    redirect_uri: redirect,
    scope,
    state,
    aud: partner.fhirBase,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  let used = false;
  const isAnswer = (query: string): boolean => {
    const given = Buffer.from(new URLSearchParams(query).get('state') ?? '');
    const wanted = Buffer.from(state);
    return !used && given.length === wanted.length && timingSafeEqual(given, wanted);
  };
  return {
    authorizeAt: authorizationEndpoint.href,
    isAnswer,
    finish: async (query) => {
      if (!isAnswer(query)) throw failed('The answer to the launch is not one to ours.');
      used = true;
      const said = new URLSearchParams(query);
      if (said.get('error') === 'access_denied')
        throw new FaultError(fault('forbidden', 'Access was denied.', 'Ask whoever runs the other system.'));
      const code = said.get('code');
      if (code === null) throw failed(`The other system refuses the launch${refusalIn(said.get('error'))}.`);
      return tokenFrom(
        tokenEndpoint,
        {
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirect,
          client_id: partner.clientId,
          code_verifier: verifier,
        },
        partner,
        now(),
      );
    },
  };
}

/**
 * Sends a bundle as a transaction, or any resource by its id; `If-None-Exist`-like doubles cannot arise, for ids are ours.
 * @throws FaultError write-failed where the server does not say that it took it
 */
export async function sendResource(
  partner: SmartPartner,
  { token }: AccessToken,
  resource: JsonObject & { readonly resourceType: string; readonly id: string },
): Promise<void> {
  const base = allowed(partner.fhirBase, 'fhirBase');
  const at = new URL(`${base.href.replace(/\/$/, '')}/${resource.resourceType}/${resource.id}`);
  const { status } = await exchanged(at, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    body: JSON.stringify(resource),
    ...timing(partner),
  });
  if (status !== 200 && status !== 201) throw failed('The other system does not take the resource.');
}

/**
 * Asks for one resource or a search, and the pages behind it, as one bundle of type collection. Only pages on the partner's own
 * host are followed. @throws FaultError write-failed where the server gives no FHIR, not-found, file-too-large
 */
export async function fetchBundle(partner: SmartPartner, { token }: AccessToken, path: string): Promise<JsonObject> {
  const base = allowed(partner.fhirBase, 'fhirBase');
  if (!/^[A-Z][A-Za-z]{2,40}(\/[A-Za-z0-9.-]{1,64})?(\/\$[a-z-]{1,40})?(\?[A-Za-z0-9_.,:=&%|/+-]{0,1000})?$/.test(path))
    throw misconfigured('This is no resource, operation or search of FHIR.', 'path');
  let next: URL | undefined = new URL(`${base.href.replace(/\/$/, '')}/${path}`);
  const entries: JsonObject[] = [];
  for (let page = 0; next !== undefined; page += 1) {
    if (page >= PAGE_LIMIT || entries.length > ENTRY_LIMIT)
      throw new FaultError(fault('file-too-large', 'The answer is longer than is read here.', 'Ask for less at once.'));
    const { status, body } = await exchanged(next, {
      headers: { authorization: `Bearer ${token}` },
      ...timing(partner),
    });
    if (status === 404 || status === 410)
      throw new FaultError(fault('not-found', 'The other system has no such resource.', 'Check what is asked for.'));
    if (status !== 200 || textOf(body.resourceType) === undefined) throw failed('The other system gives no resource.');
    if (body.resourceType !== 'Bundle') return body;
    entries.push(...objectsOf(body.entry));
    const link = objectsOf(body.link).find(({ relation }) => relation === 'next');
    next = link === undefined ? undefined : pageOf(textOf(link.url), base);
  }
  return { resourceType: 'Bundle', type: 'collection', entry: entries };
}

const PAGE_LIMIT = 200;
const ENTRY_LIMIT = 100_000;

function pageOf(url: string | undefined, base: URL): URL {
  const page = allowed(url ?? '', 'link.url');
  if (page.host !== base.host || page.protocol !== base.protocol)
    throw failed('The next page is on another host; it is not called.');
  return page;
}
