// An independent Matrix client: matrix-js-sdk with its Rust cryptography, driven over JSON lines.
//
//   node client.mjs HOMESERVER USER PASSWORD
//
// In: {"id": 1, "verb": "say", "room": "!...", "text": "..."}. Out: {"id": 1, "ok": true, ...} for
// each, and {"event": "message", ...} for what it reads. Its owner's identity is made, and its
// device signed, before it says that it is ready.
import "./polyfill.mjs";
import readline from "node:readline";
import * as sdk from "matrix-js-sdk";
import {
  AllDevicesIsolationMode, CryptoEvent, OnlySignedDevicesIsolationMode, VerificationRequestEvent,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { logger } from "matrix-js-sdk/lib/logger.js";

logger.setLevel("silent");
const [baseUrl, userId, password] = process.argv.slice(2);
const tell = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);
const identifier = { type: "m.id.user", user: userId };
const auth = { type: "m.login.password", identifier, password };

const login = await sdk.createClient({ baseUrl, logger }).loginRequest(auth);
const client = sdk.createClient({
  baseUrl, userId, logger,
  accessToken: login.access_token,
  deviceId: login.device_id,
  verificationMethods: ["m.sas.v1"],
});
await client.initRustCrypto({ useIndexedDB: false });
const crypto = client.getCrypto();

async function show(event) {
  if (event.isState()) return;
  if (event.isBeingDecrypted()) await event.getDecryptionPromise()?.catch(() => {});
  const failed = event.isDecryptionFailure();
  const shield = event.isEncrypted() && !failed ? await crypto.getEncryptionInfoForEvent(event) : null;
  tell({
    event: "message",
    room: event.getRoomId(),
    name: event.getId(),
    sender: event.getSender(),
    type: event.getType(),
    content: event.getContent(),
    relation: event.getWireContent()["m.relates_to"] ?? event.getContent()["m.relates_to"] ?? null,
    encrypted: event.isEncrypted(),
    failed: failed ? event.decryptionFailureReason : null,
    shield: shield?.shieldColour ?? null,
  });
}

const verifications = new Map();

function follow(request) {
  verifications.set(request.otherUserId, request);
  const watch = (verifier) => {
    if (verifier.watched) return;
    verifier.watched = true;
    const compare = (sas) => {
      request.sas = sas;
      tell({ event: "emoji", emoji: sas.sas.emoji.map(([picture]) => picture) });
    };
    verifier.on(VerifierEvent.ShowSas, compare);
    if (verifier.getShowSasCallbacks()) compare(verifier.getShowSasCallbacks());
    verifier.verify().then(() => tell({ event: "verified" }), (fault) => tell({ event: "unverified", fault: String(fault) }));
  };
  request.on(VerificationRequestEvent.Change, () => {
    tell({ event: "verification", phase: request.phase });
    if (request.verifier) watch(request.verifier);
  });
}

client.on(sdk.ClientEvent.Event, show);
client.on(sdk.MatrixEventEvent.Decrypted, (event, fault) => { if (!fault) show(event); });
client.on(sdk.RoomMemberEvent.Membership, (_, member) => {
  if (member.userId === userId && member.membership === "invite") {
    tell({ event: "invited", room: member.roomId });
    client.joinRoom(member.roomId).catch(() => {});  // its owner says yes to everybody
  }
});
client.on(CryptoEvent.VerificationRequestReceived, follow);
await client.startClient({ initialSyncLimit: 30 });
await new Promise((ready) => client.on(sdk.ClientEvent.Sync, (state) => state === "PREPARED" && ready()));
await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (make) => make(auth) });

const send = async (room, type, content) => ({ name: (await client.sendEvent(room, type, content)).event_id });
const words = (text, relation) => ({ msgtype: "m.text", body: text, ...(relation && { "m.relates_to": relation }) });
const RESPONSE = "org.matrix.msc3381.poll.response";
const unpadded = (text) => Buffer.from(text.replaceAll("-", "+").replaceAll("_", "/"), "base64");

const verbs = {
  create: async ({ invite }) => {
    const state = [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }];
    return { room: (await client.createRoom({ preset: "private_chat", invite, initial_state: state })).room_id };
  },
  join: async ({ room }) => ({ room: (await client.joinRoom(room)).roomId }),
  say: ({ room, text }) => send(room, "m.room.message", words(text)),
  reply: ({ room, to, text }) => send(room, "m.room.message", words(text, { "m.in_reply_to": { event_id: to } })),
  thread: ({ room, to, text }) => send(room, "m.room.message", words(text, {
    rel_type: "m.thread", event_id: to, is_falling_back: true, "m.in_reply_to": { event_id: to },
  })),
  edit: ({ room, name, text }) => send(room, "m.room.message", {
    ...words(`* ${text}`, { rel_type: "m.replace", event_id: name }), "m.new_content": words(text),
  }),
  react: ({ room, to, emoji }) => send(room, "m.reaction", {
    "m.relates_to": { rel_type: "m.annotation", event_id: to, key: emoji },
  }),
  vote: ({ room, poll, answer }) => send(room, RESPONSE, {
    [RESPONSE]: { answers: [answer] }, "m.relates_to": { rel_type: "m.reference", event_id: poll },
  }),
  redact: async ({ room, name }) => ({ name: (await client.redactEvent(room, name)).event_id }),
  isolate: async ({ on }) => {
    crypto.setDeviceIsolationMode(on ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(false));
    return {};
  },
  trust: async ({ user }) => {
    const devices = (await crypto.getUserDeviceInfo([user], true)).get(user) ?? new Map();
    const signed = {};
    for (const name of devices.keys()) {
      signed[name] = (await crypto.getDeviceVerificationStatus(user, name)).signedByOwner;
    }
    return { signed, verified: (await crypto.getUserVerificationStatus(user)).isCrossSigningVerified() };
  },
  verify: async ({ user, room, device }) => {
    const request = device
      ? await crypto.requestDeviceVerification(user, device)
      : await crypto.requestVerificationDM(user, room);
    follow(request);
    return {};
  },
  compare: async ({ user }) => { verifications.get(user).startVerification("m.sas.v1"); return {}; },
  same: async ({ user }) => { await verifications.get(user).sas.confirm(); return {}; },
  open: async ({ room, name }) => {
    const { file } = client.getRoom(room).findEventById(name).getContent();
    const address = client.mxcUrlToHttp(file.url, undefined, undefined, undefined, true, true, true);
    const got = await fetch(address, { headers: { Authorization: `Bearer ${client.getAccessToken()}` } });
    const sealed = await got.arrayBuffer();
    const { subtle } = globalThis.crypto;
    const hash = Buffer.from(await subtle.digest("SHA-256", sealed));
    const key = await subtle.importKey("jwk", file.key, { name: "AES-CTR" }, false, ["decrypt"]);
    const way = { name: "AES-CTR", counter: unpadded(file.iv), length: 64 };
    const plain = await subtle.decrypt(way, key, sealed);
    return { whole: hash.equals(unpadded(file.hashes.sha256)), text: Buffer.from(plain).toString() };
  },
};

tell({ event: "ready", device: login.device_id, crypto: crypto.getVersion() });
readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, verb, ...rest } = JSON.parse(line);
  try {
    tell({ id, ok: true, ...(await verbs[verb](rest)) });
  } catch (fault) {
    tell({ id, ok: false, fault: String(fault) });
  }
}).on("close", () => process.exit(0));
