/** The socket of one connection, plain or TLS, and where its bytes are read into. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Address } from './address.js';
import { lookupFor } from './loopback-lookup.js';

/** One buffer for every plain socket of this thread: what a read brings is used up before the next read. */
export const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

/**
 * Connects. `end`, `error` and `close` of the socket are the caller's.
 *
 * @param connected called once, when requests can be sent: with TLS after its handshake.
 * @param read called with what has come, the first `length` of `bytes`; valid until it returns.
 */
export function openSocket(
  address: Address,
  connected: () => void,
  read: (bytes: Buffer, length: number) => void,
): Socket {
  return address.secure ? openTls(address, connected, read) : openTcp(address, connected, read);
}

const openTcp: typeof openSocket = ({ host, port }, connected, read) => {
  const socket = connectTcp({
    host,
    port,
    lookup: lookupFor(host),
    noDelay: true,
    onread: {
      buffer: READ_BUFFER,
      callback: (length) => {
        read(READ_BUFFER, length);
        return true;
      },
    },
  });
  socket.once('connect', connected);
  return socket;
};

/** TLS sockets take no `onread` of their own: their bytes come decrypted, in buffers of OpenSSL's making. */
const openTls: typeof openSocket = ({ host, port }, connected, read) => {
  const socket = connectTls({
    host,
    port,
    lookup: lookupFor(host),
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  socket.setNoDelay(true);
  socket.once('secureConnect', connected);
  socket.on('data', (bytes: Buffer) => read(bytes, bytes.length));
  return socket;
};
