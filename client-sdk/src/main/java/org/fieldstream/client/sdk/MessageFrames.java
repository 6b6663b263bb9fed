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
 * it came: no array is as long as a message, and only small pieces are copied, so that there are
 * not too many. Not thread-safe.
 */
final class MessageFrames {
  private static final int PREFIX = 5;

  /** Pieces below this are put together (bytes): each costs about a hundred of its own. */
  private static final int SMALL = 1024;

  private final int limit;
  private final byte[] prefix = new byte[PREFIX];
  private final List<ByteString> parts = new ArrayList<>();
  private final ByteString.Output small = ByteString.newOutput(SMALL);

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
        add(piece, at, n);
        at += n;
        missing -= n;
      }
      if (missing == 0) {
        putSmall();
        ByteString whole =
            ByteString.copyFrom(parts); // strings them together, as its contract says
        parts.clear();
        prefixed = 0;
        complete.accept(whole);
      }
    }
  }

  private void add(Buffer piece, int at, int length) {
    if (length < SMALL) {
      small.write(piece.getBytes(at, at + length), 0, length);
      return;
    }
    putSmall();
    // Vert.x hands on a copy of each DATA frame on the heap, which nobody else writes to.
    ByteBuf bytes = ((BufferInternal) piece).getByteBuf();
    parts.add(
        bytes.hasArray()
            ? UnsafeByteOperations.unsafeWrap(
                bytes.array(), bytes.arrayOffset() + bytes.readerIndex() + at, length)
            : UnsafeByteOperations.unsafeWrap(piece.getBytes(at, at + length)));
  }

  private void putSmall() {
    if (small.size() > 0) {
      parts.add(small.toByteString());
      small.reset();
    }
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
