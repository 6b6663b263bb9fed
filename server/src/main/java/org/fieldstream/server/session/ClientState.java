package org.fieldstream.server.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.DensitySource;

/**
 * The present state of a client's chain: its numbers, or the field and the server computes them.
 *
 * @param action S as the client has it; where a field is there too, compared with the server's
 * @param logDensity log q as the server stated it before; empty where it is to be computed
 * @param fields the field, little-endian, C order {@code [components][L0]...}, of the right length
 *     or empty; not modified
 * @param crc32c CRC-32C of the field as sent
 */
public record ClientState(
    OptionalDouble action, OptionalDouble logDensity, ByteBuffer fields, int crc32c) {
  /**
   * How much a client's S may differ from ours: relative to |S|, or to the root of the number of
   * values, the size of its fluctuations, where |S| is less than that.
   */
  private static final double TOLERANCE = 1e-5;

  /** Whether S or log q are to be computed from the field. */
  boolean hasField() {
    return fields.hasRemaining();
  }

  /**
   * S and log q where both are given.
   *
   * @throws IllegalStateException where one is missing
   */
  StateDensity given() {
    return new StateDensity(
        action.orElseThrow(IllegalStateException::new),
        logDensity.orElseThrow(IllegalStateException::new));
  }

  /**
   * S and log q of the field.
   *
   * @throws ServiceException for a damaged field, one without S or log q, or another S
   */
  StateDensity evaluate(ProposalPlan plan, Supplier<DensitySource> density) {
    double[] field = values(plan.draws().precision());
    double own = plan.draws().theory().action(field, 0);
    if (!Double.isFinite(own)) {
      throw bad("fields", "S = " + own + " there", "a field of finite action");
    }
    double bound = TOLERANCE * Math.max(Math.abs(own), Math.sqrt(field.length));
    double told = action.orElse(own);
    if (!(Math.abs(told - own) <= bound)) {
      throw bad("action", told, own + ", S of the fields beside it; another convention?");
    }
    double q = logDensity.isPresent() ? logDensity.getAsDouble() : density.get().logDensity(field);
    if (!Double.isFinite(q)) {
      throw bad(
          "fields",
          "S = " + own + " there, and log q cannot be told",
          "a field that draws come near; or log_q, as a response stated it");
    }
    return new StateDensity(own, q);
  }

  private double[] values(Precision precision) {
    CRC32C crc = new CRC32C();
    crc.update(fields.duplicate());
    if ((int) crc.getValue() != crc32c) {
      throw bad(
          "crc32c",
          "%08x".formatted(crc32c),
          "%08x, that of the fields received".formatted((int) crc.getValue()));
    }
    ByteBuffer in = fields.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[in.remaining() / precision.bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (precision) {
            case FLOAT32 -> in.getFloat();
            case FLOAT64 -> in.getDouble();
          };
      if (!Double.isFinite(values[i])) {
        throw bad("fields", values[i] + " at value " + i, "finite numbers");
      }
    }
    return values;
  }

  private static ServiceException bad(String field, Object found, String expected) {
    String path = "ask.current." + field;
    return ServiceException.field(
        ErrorCode.BAD_FIELD, path, path + ": " + found + " (expected: " + expected + ")");
  }
}
