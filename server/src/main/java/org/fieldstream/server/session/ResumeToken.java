package org.fieldstream.server.session;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Exactness;

/**
 * Where a stream stands after a message. The server keeps nothing: all it needs to go on is here,
 * so a token works on any server with the same model and kind of machine, also after this one was
 * killed.
 *
 * <p>A Metropolis chain on independent draws needs its last accepted configuration; the token
 * carries the index of that draw, from which the draw is computed again, bit for bit. A Markov
 * chain (hmc, langevin, mala) is replayed from its start up to the next index: correct, at the cost
 * of computing once more what was already sent.
 *
 * <p>The checksum finds damage, it is no signature: a token carries no rights.
 *
 * @param binding the stream it belongs to
 * @param nextIndex index of the first configuration not sent yet, at least 0
 * @param acceptedDraw index of the last accepted draw (Metropolis on draws), otherwise 0
 */
record ResumeToken(StreamBinding binding, long nextIndex, long acceptedDraw) {
  private static final byte VERSION = 1;
  private static final int LENGTH = 1 + 1 + 1 + 4 * 8 + 2 * 8 + 4;

  byte[] encode() {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
    bytes.put(VERSION).put((byte) binding.exactness().ordinal());
    bytes.put((byte) binding.machine().ordinal());
    bytes.putLong(binding.model()).putLong(binding.digest()).putLong(binding.target());
    bytes.putLong(binding.seed()).putLong(nextIndex).putLong(acceptedDraw);
    bytes.putInt(checksum(bytes.array()));
    return bytes.array();
  }

  /**
   * Reads a token and checks that it belongs to a stream.
   *
   * @param expected the stream
   * @param burnIn draws before the first of the stream's Metropolis chain; 0 where it has none
   * @throws ServiceException naming {@code resume_token} and what was expected
   */
  static ResumeToken decode(byte[] token, StreamBinding expected, int burnIn) {
    if (token.length == 0 || token[0] != VERSION) {
      throw bad(
          token.length == 0 ? "empty" : "version " + Byte.toUnsignedInt(token[0]),
          "version " + VERSION + ", the bytes of the last response unchanged");
    }
    if (token.length != LENGTH) {
      throw bad(token.length + " bytes", LENGTH + " bytes, those of the last response unchanged");
    }
    ByteBuffer bytes = ByteBuffer.wrap(token);
    if (bytes.getInt(LENGTH - 4) != checksum(token)) {
      throw bad("corrupt, the checksum does not match", "the bytes of the last response unchanged");
    }
    bytes.get();
    int exactness = bytes.get();
    int machine = bytes.get();
    if (exactness < 0
        || exactness >= Exactness.values().length
        || machine < 0
        || machine >= MachineKind.values().length) {
      throw bad("of an unknown stream", "the bytes of the last response unchanged");
    }
    long model = bytes.getLong();
    long digest = bytes.getLong();
    long target = bytes.getLong();
    long seed = bytes.getLong();
    ResumeToken result =
        new ResumeToken(
            new StreamBinding(
                model,
                digest,
                target,
                seed,
                Exactness.values()[exactness],
                MachineKind.values()[machine]),
            bytes.getLong(),
            bytes.getLong());
    requireSame(result.binding, expected);
    if (result.nextIndex < 0 || result.nextIndex > StreamPlan.MAX_INDEX) {
      throw bad("index " + result.nextIndex, "0 to 2^62");
    }
    result.requireDraw(burnIn);
    return result;
  }

  /** The state of a chain is a draw of the stream's that was sent, or one of its burn-in. */
  private void requireDraw(int burnIn) {
    boolean sent = acceptedDraw >= 0 && acceptedDraw < nextIndex;
    boolean early =
        acceptedDraw >= StreamPlan.MAX_INDEX && acceptedDraw - StreamPlan.MAX_INDEX < burnIn;
    if (burnIn == 0 ? acceptedDraw != 0 : !sent && !early) {
      throw bad(
          "standing at draw " + acceptedDraw + " before configuration " + nextIndex,
          "the bytes of the last response unchanged");
    }
  }

  private static void requireSame(StreamBinding token, StreamBinding request) {
    if (token.model() != request.model()) {
      throw bad("of another model", "a token of the model that the request names");
    }
    if (token.digest() != request.digest()) {
      throw ServiceException.field(
          ErrorCode.MODEL_CHANGED,
          "resume_token",
          "resume_token: made with another version of the model (expected: the version loaded now;"
              + " start a new stream)");
    }
    if (token.target() != request.target()) {
      throw bad("of another target", "a token of the target that the request names");
    }
    if (token.seed() != request.seed()) {
      throw bad(
          "of seed " + Long.toUnsignedString(token.seed()),
          "of seed " + Long.toUnsignedString(request.seed()) + ", as the request says");
    }
    if (token.exactness() != request.exactness()) {
      throw bad(
          "of a " + token.exactness() + " stream",
          "of a " + request.exactness() + " stream, as the request says");
    }
    if (token.machine() != request.machine()) {
      throw bad(
          "of a stream from a " + token.machine() + " machine",
          "from a " + request.machine() + " machine, the one that serves this model here");
    }
  }

  private static ServiceException bad(String found, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_RESUME_TOKEN,
        "resume_token",
        "resume_token: " + found + " (expected: " + expected + ")");
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, LENGTH - 4);
    return (int) crc.getValue();
  }
}
