package org.fieldstream.client.sdk;

import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.MessageSizeOverflowException;
import java.util.function.Consumer;

/**
 * Cuts a response body into messages, each with a prefix of a byte for compression and four for its
 * length ("gRPC over HTTP2", Length-Prefixed-Message). Every byte is copied once, to its place in
 * an array that is as long as its message. Not thread-safe.
 */
final class MessageFrames {
  private static final int PREFIX = 5;
  private static final byte[] NOTHING = {};

  private final int limit;
  private final byte[] prefix = new byte[PREFIX];
  private byte[] message = NOTHING;

  /** Bytes of prefix and message so far. */
  private int filled;

  /**
   * The frames of one body.
   *
   * @param limit bytes of the longest message taken
   */
  MessageFrames(int limit) {
    this.limit = limit;
  }

  /** A message in an encoding that was not offered; no later byte makes sense. */
  static final class CompressedException extends Exception {
    private static final long serialVersionUID = 1L;

    CompressedException() {
      super("message: compressed (expected: as it is, no other encoding was offered)");
    }
  }

  /**
   * Takes the next piece of the body.
   *
   * @param complete takes each message that it completes; the array is the receiver's
   * @throws MessageSizeOverflowException for a message beyond the limit
   * @throws CompressedException for a compressed one
   */
  void take(Buffer piece, Consumer<byte[]> complete)
      throws MessageSizeOverflowException, CompressedException {
    int at = 0;
    int length = piece.length();
    while (at < length) {
      if (filled < PREFIX) {
        int n = Math.min(PREFIX - filled, length - at);
        piece.getBytes(at, at + n, prefix, filled);
        at += n;
        filled += n;
        if (filled == PREFIX) {
          message = room();
        }
      }
      int n = Math.min(PREFIX + message.length - filled, length - at);
      if (filled >= PREFIX && n > 0) {
        piece.getBytes(at, at + n, message, filled - PREFIX);
        at += n;
        filled += n;
      }
      if (filled >= PREFIX && filled == PREFIX + message.length) {
        byte[] whole = message;
        message = NOTHING;
        filled = 0;
        complete.accept(whole);
      }
    }
  }

  private byte[] room() throws MessageSizeOverflowException, CompressedException {
    if (prefix[0] != 0) {
      throw new CompressedException();
    }
    long length = 0;
    for (int i = 1; i < PREFIX; i++) {
      length = length << Byte.SIZE | prefix[i] & 0xFF;
    }
    if (length > limit) {
      throw new MessageSizeOverflowException(length);
    }
    return new byte[(int) length];
  }
}
