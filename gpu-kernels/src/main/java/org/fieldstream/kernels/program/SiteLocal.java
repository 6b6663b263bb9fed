package org.fieldstream.kernels.program;

/** Which ops can be run on some sites of all at a time, and what of their inputs they read then. */
final class SiteLocal {
  /** Numbers of a block of {@link OpCode#NORMAL} and {@link OpCode#UNIFORM}. */
  private static final int BLOCK = 4;

  private SiteLocal() {}

  /**
   * Whether an op can be run on any run of sites that starts at a multiple of four, and ends at one
   * or with the last.
   */
  static boolean is(Op op) {
    return switch (op.code()) {
      case ADD,
          SUB,
          MUL,
          DIV,
          LINCOMB,
          AFFINE,
          SIN,
          COS,
          EXP,
          LOG,
          TANH,
          LEAKY,
          GATHER,
          CUBIC_STEP,
          CONCAT,
          BROADCAST,
          FILL,
          PARAM_MUL,
          PARAM_ADD ->
          true;
      case NORMAL, UNIFORM -> op.out().shape().sites() % BLOCK == 0;
      // More channels share what they read, and their loops go by blocks of sites of their own.
      case CONV -> op.out().shape().channels() == 1 && op.integer(5) == 0;
      case SITE_SUM,
          TOTAL,
          DOT,
          SEGMENT_SUM,
          SEGMENT_DOT,
          AXIS,
          SINES,
          SINES_BACK,
          PLANE_SINES,
          PLANE_SINES_BACK,
          CONV_GRAD ->
          false;
    };
  }

  /**
   * Whether such an op reads of its n-th input, if that has as many sites, only the sites that it
   * writes.
   */
  static boolean isNear(Op op, int n) {
    return switch (op.code()) {
      case GATHER, CONV -> false;
      case CUBIC_STEP -> n == 0;
      default -> true;
    };
  }
}
