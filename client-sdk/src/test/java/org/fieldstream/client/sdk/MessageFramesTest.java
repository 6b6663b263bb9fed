package org.fieldstream.client.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.MessageSizeOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Messages come out whole however the body is cut; checksums are those of the bytes. */
class MessageFramesTest {
  private static final int LIMIT = 1000;

  private static Buffer framed(byte[] message) {
    return Buffer.buffer().appendByte((byte) 0).appendInt(message.length).appendBytes(message);
  }

  private static byte[] random(int length, Random random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void messagesComeOutWholeHoweverTheBodyIsCut() throws Exception {
    Random random = new Random(3);
    List<byte[]> messages = new ArrayList<>();
    Buffer body = Buffer.buffer();
    for (int length : new int[] {0, 1, 5, 0, 0, LIMIT, 17, 4, 999, 0}) {
      byte[] message = random(length, random);
      messages.add(message);
      body.appendBuffer(framed(message));
    }
    for (int longest : new int[] {1, 2, 3, 7, 64, 1100, body.length()}) {
      MessageFrames frames = new MessageFrames(LIMIT);
      List<ByteString> out = new ArrayList<>();
      for (int at = 0; at < body.length(); ) {
        int end = Math.min(body.length(), at + 1 + random.nextInt(longest));
        frames.take(body.slice(at, end), out::add);
        at = end;
      }
      assertThat(out).as("pieces of up to %d", longest).hasSameSizeAs(messages);
      for (int i = 0; i < out.size(); i++) {
        assertThat(out.get(i).toByteArray()).isEqualTo(messages.get(i));
      }
    }
  }

  @Test
  void aMessageIsGivenOutWithItsLastByte() throws Exception {
    MessageFrames frames = new MessageFrames(LIMIT);
    List<ByteString> out = new ArrayList<>();
    Buffer body = framed(new byte[] {1, 2, 3});
    frames.take(body.slice(0, 7), out::add);
    assertThat(out).isEmpty();
    frames.take(body.slice(7, 8), out::add);
    assertThat(out).containsExactly(ByteString.copyFrom(new byte[] {1, 2, 3}));
  }

  @Test
  void whatIsTooLongOrCompressedIsRefusedByItsPrefix() {
    Buffer tooLong = Buffer.buffer().appendByte((byte) 0).appendInt(LIMIT + 1);
    assertThatThrownBy(() -> new MessageFrames(LIMIT).take(tooLong, message -> {}))
        .isInstanceOfSatisfying(
            MessageSizeOverflowException.class,
            e -> assertThat(e.messageSize()).isEqualTo(LIMIT + 1));
    Buffer huge = Buffer.buffer().appendByte((byte) 0).appendInt(-1);
    assertThatThrownBy(() -> new MessageFrames(Integer.MAX_VALUE).take(huge, message -> {}))
        .isInstanceOfSatisfying(
            MessageSizeOverflowException.class,
            e -> assertThat(e.messageSize()).isEqualTo(0xFFFFFFFFL));
    Buffer compressed = Buffer.buffer().appendByte((byte) 1).appendInt(3);
    assertThatThrownBy(() -> new MessageFrames(LIMIT).take(compressed, message -> {}))
        .isInstanceOf(MessageFrames.CompressedException.class)
        .hasMessageStartingWith("message: compressed (expected: ");
  }

  @Test
  void checksumsAreThoseOfTheBytesWhereverTheyLie() {
    byte[] bytes = random(100_000, new Random(4));
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int expected = (int) crc.getValue();
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    ByteString first = ByteString.copyFrom(bytes, 0, 60_000);
    ByteString second = ByteString.copyFrom(bytes, 60_000, 40_000);
    for (ByteString kind :
        List.of(
            ByteString.copyFrom(bytes),
            UnsafeByteOperations.unsafeWrap(direct),
            first.concat(second),
            UnsafeByteOperations.unsafeWrap(bytes).substring(0, bytes.length))) {
      assertThat(Checksum.of(kind)).isEqualTo(expected);
    }
  }
}
