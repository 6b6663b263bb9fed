package org.fieldstream.server.ensemble;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.Quote;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.session.Precision;
import org.fieldstream.server.theory.Target;

/**
 * What an ensemble is and who made it.
 *
 * @param name 1 to 128 of {@code [A-Za-z0-9._-]}, beginning with a letter or digit
 * @param target the distribution that its configurations follow
 * @param precision number format of the fields
 * @param exactness how they relate to exp(-S)/Z; {@code REWEIGHT}: by their log weights
 * @param generator the code that made them, for the record
 * @param facts anything else worth keeping, at most 64 entries of at most 1,024 characters
 */
public record EnsembleSpec(
    String name,
    Target target,
    Precision precision,
    Exactness exactness,
    String generator,
    Map<String, String> facts) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final int MOST_FACTS = 64;
  private static final int LONGEST_FACT = 1024;

  /** Checked. */
  public EnsembleSpec {
    checkName(name);
    facts = Map.copyOf(facts);
    if (generator.length() > LONGEST_FACT) {
      throw bad("generator", generator.length() + " characters", "at most " + LONGEST_FACT);
    }
    if (facts.size() > MOST_FACTS) {
      throw bad("facts", facts.size() + " entries", "at most " + MOST_FACTS);
    }
    for (Map.Entry<String, String> fact : new TreeMap<>(facts).entrySet()) {
      if (fact.getKey().length() + fact.getValue().length() > LONGEST_FACT) {
        throw bad(
            "facts",
            Quote.of(fact.getKey()) + " of more than " + LONGEST_FACT + " characters",
            "at most " + LONGEST_FACT);
      }
    }
  }

  /**
   * Refuses what cannot be an ensemble's name.
   *
   * @throws ServiceException naming the field
   */
  public static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw bad(
          "ensemble",
          name.isEmpty() ? "none named" : Quote.of(name),
          "1 to 128 of A-Z a-z 0-9 . _ -, beginning with a letter or digit");
    }
  }

  /**
   * Refuses to go on with this ensemble as another one.
   *
   * @param other what a writer says the ensemble is; its generator and facts may differ
   */
  void requireSame(EnsembleSpec other) {
    same("target", target, other.target());
    same("dtype", precision, other.precision());
    same("exactness", exactness, other.exactness());
  }

  private void same(String field, Object own, Object others) {
    if (!own.equals(others)) {
      throw ServiceException.field(
          ErrorCode.ENSEMBLE_DIFFERS,
          field,
          "%s: %s (expected: %s, as ensemble %s has; or another name)"
              .formatted(field, others, own, name));
    }
  }

  private static ServiceException bad(String field, String value, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + value + " (expected: " + expected + ")");
  }
}
