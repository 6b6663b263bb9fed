package org.fieldstream.server.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;

/**
 * What decides the configurations of a stream besides their index: a resume token carries it, so
 * that it continues this stream or none.
 *
 * @param model first 64 bits of SHA-256 of the model's id
 * @param digest first 64 bits of SHA-256 of the model's digest
 * @param target first 64 bits of SHA-256 of the target
 * @param seed stream seed
 * @param exactness label of the stream
 * @param machine kind of machine
 */
public record StreamBinding(
    long model, long digest, long target, long seed, Exactness exactness, MachineKind machine) {

  static StreamBinding of(
      Model model, Target target, long seed, Exactness exactness, MachineKind machine) {
    return new StreamBinding(
        head(model.id()), head(model.digest()), head(canonical(target)), seed, exactness, machine);
  }

  /** The same on another kind of machine. */
  StreamBinding on(MachineKind kind) {
    return new StreamBinding(model, digest, target, seed, exactness, kind);
  }

  /** One text per target: couplings sorted by name, values by their bits. */
  static String canonical(Target target) {
    StringBuilder text = new StringBuilder(target.theory()).append('\n').append(target.extents());
    new TreeMap<>(target.couplings())
        .forEach(
            (name, value) ->
                text.append('\n').append(name).append('=').append(Double.toHexString(value)));
    return text.toString();
  }

  /** SHA-256 of a text, lower-case hexadecimal. */
  static String sha256(String text) {
    return HexFormat.of().formatHex(hash(text));
  }

  private static long head(String text) {
    return ByteBuffer.wrap(hash(text)).getLong();
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every Java runtime)", e);
    }
  }
}
