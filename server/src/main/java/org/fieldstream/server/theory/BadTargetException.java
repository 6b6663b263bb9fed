package org.fieldstream.server.theory;

/** A target that cannot be sampled: names the field, its value and what was expected. */
public final class BadTargetException extends IllegalArgumentException {
  private final String field;

  /**
   * @param field the field of the target at fault, for example {@code extents} or {@code
   *     couplings.m2}
   * @param problem value and expectation, for example {@code 7 x 7 (expected: 8 x 8)}
   */
  public BadTargetException(String field, String problem) {
    super(field + ": " + problem);
    this.field = field;
  }

  /** The field at fault. */
  public String field() {
    return field;
  }
}
