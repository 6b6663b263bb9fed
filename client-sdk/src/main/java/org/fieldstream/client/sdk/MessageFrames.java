package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.grpc.common.MessageSizeOverflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts a response body into messages, each with a prefix of a byte for compression and four for its
 * length ("gRPC over HTTP2", Length-Prefixed-Message). A message is a string of the pieces in which
 * it came: no byte is copied, and no array is as long as a message. Not thread-safe.
 */
final class MessageFrames {
  private static final int PREFIX = 5;

  private final int limit;
  private final byte[] prefix = new byte[PREFIX];
  private final List<ByteString> parts = new ArrayList<>();

  /** Bytes of the prefix so far. */
  private int prefixed;

  /** Bytes of the message that are missing; of no meaning before its prefix is complete. */
  private int missing;

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
   * @param piece not modified by anyone from now on: messages refer to it
   * @param complete takes each message that the piece completes
   * @throws MessageSizeOverflowException for a message beyond the limit
   * @throws CompressedException for a compressed one
   */
  void take(Buffer piece, Consumer<ByteString> complete)
      throws MessageSizeOverflowException, CompressedException {
    int at = 0;
    int length = piece.length();
    while (at < length) {
      if (prefixed < PREFIX) {
        int n = Math.min(PREFIX - prefixed, length - at);
        piece.getBytes(at, at + n, prefix, prefixed);
        at += n;
        prefixed += n;
        if (prefixed < PREFIX) {
          return;
        }
        missing = announced();
      }
      int n = Math.min(missing, length - at);
      if (n > 0) {
        parts.add(part(piece, at, n));
        at += n;
        missing -= n;
      }
      if (missing == 0) {
        ByteString whole =
            ByteString.copyFrom(parts); // strings them together, as its contract says
        parts.clear();
        prefixed = 0;
        complete.accept(whole);
      }
    }
  }

  private static ByteString part(Buffer piece, int at, int length) {
    ByteBuf bytes = ((BufferInternal) piece).getByteBuf();
    return bytes.hasArray()
        ? UnsafeByteOperations.unsafeWrap(
            bytes.array(), bytes.arrayOffset() + bytes.readerIndex() + at, length)
        : UnsafeByteOperations.unsafeWrap(piece.getBytes(at, at + length));
  }

  private int announced() throws MessageSizeOverflowException, CompressedException {
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
    return (int) length;
  }
}
