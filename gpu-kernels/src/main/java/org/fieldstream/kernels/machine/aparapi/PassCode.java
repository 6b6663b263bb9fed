package org.fieldstream.kernels.machine.aparapi;

/**
 * What a pass of {@link LatticeKernel} does. Compile-time constants, since a kernel knows no enums.
 * Most are an op of the program; some ops take two passes.
 */
final class PassCode {
  static final int COPY_IN = 0;
  static final int COPY_OUT = 1;
  static final int COPY = 2;
  static final int ADD = 3;
  static final int SUB = 4;
  static final int MUL = 5;
  static final int DIV = 6;
  static final int LINCOMB = 7;
  static final int AFFINE = 8;
  static final int SIN = 9;
  static final int COS = 10;
  static final int EXP = 11;
  static final int LOG = 12;
  static final int TANH = 13;
  static final int GATHER = 14;
  static final int BROADCAST = 15;
  static final int FILL = 16;
  static final int SITE_SUM = 17;
  static final int TOTAL = 18;
  static final int DOT = 19;
  static final int PARAM_MUL = 20;
  static final int PARAM_ADD = 21;
  static final int SEGMENT_SUM = 22;
  static final int SEGMENT_DOT = 23;
  static final int AXIS = 24;
  static final int NORMAL = 25;
  static final int UNIFORM = 26;
  static final int SINES = 27;
  static final int SINES_BACK_FIELD = 28;
  static final int SINES_BACK_PARAMETERS = 29;
  static final int CONV = 30;
  static final int CONV_GRAD = 31;

  static final int CUBIC_STEP = 32;
  static final int PLANE_SINES = 33;
  static final int PLANE_SINES_BACK_FIELD = 34;
  static final int PLANE_SINES_BACK_PARAMETERS = 35;
  static final int LEAKY = 36;

  /** Integers per pass in the program table. */
  static final int WIDTH = 16;

  private PassCode() {}
}
