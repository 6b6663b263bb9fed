package org.fieldstream.kernels.program;

/** Which of an op's integers are offsets into the parameter array. */
final class ParameterSlots {
  private static final int[] NONE = {};
  private static final int[] FIRST = {0};
  private static final int[] FIRST_TWO = {0, 1};
  private static final int[] FIRST_FIVE = {0, 1, 2, 3, 4};

  private ParameterSlots() {}

  static int[] of(OpCode code) {
    return switch (code) {
      case LINCOMB, AFFINE, CONV -> FIRST_TWO;
      case LEAKY,
          FILL,
          PARAM_MUL,
          PARAM_ADD,
          AXIS,
          SINES,
          SINES_BACK,
          PLANE_SINES,
          PLANE_SINES_BACK ->
          FIRST;
      case CUBIC_STEP -> FIRST_FIVE;
      case NORMAL,
          UNIFORM,
          ADD,
          SUB,
          MUL,
          DIV,
          SIN,
          COS,
          EXP,
          LOG,
          TANH,
          GATHER,
          CONCAT,
          SITE_SUM,
          BROADCAST,
          TOTAL,
          DOT,
          SEGMENT_SUM,
          SEGMENT_DOT,
          CONV_GRAD ->
          NONE;
    };
  }
}
