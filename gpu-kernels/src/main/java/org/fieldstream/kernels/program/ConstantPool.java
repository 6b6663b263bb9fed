package org.fieldstream.kernels.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The constants of a program, each once. They live behind the parameters, whose number is known
 * only in the end; until then their offsets are negative, -1 the first.
 */
final class ConstantPool {
  private final Map<Float, Integer> scalars = new LinkedHashMap<>();
  private final List<float[]> blocks = new ArrayList<>();
  private int count;

  /** A single constant, rounded to float. */
  Parameter scalar(double constant) {
    float c = (float) constant;
    int position = scalars.computeIfAbsent(c, x -> append(new float[] {x}));
    return new Parameter("constant " + c, -1 - position, 1);
  }

  /** A block of constants; copied. */
  Parameter block(float[] constant) {
    int at = 0;
    for (float[] block : blocks) {
      if (Arrays.equals(block, constant)) {
        return new Parameter("constant", -1 - at, constant.length);
      }
      at += block.length;
    }
    return new Parameter("constant", -1 - append(constant.clone()), constant.length);
  }

  /** The block at an offset; not to be modified. */
  float[] block(int offset, int length) {
    int position = -1 - offset;
    for (float[] block : blocks) {
      if (position == 0 && block.length == length) {
        return block;
      }
      position -= block.length;
    }
    throw new IllegalStateException("matrix: not a constant block");
  }

  /** All constants in order. */
  float[] all() {
    float[] all = new float[count];
    int at = 0;
    for (float[] block : blocks) {
      System.arraycopy(block, 0, all, at, block.length);
      at += block.length;
    }
    return all;
  }

  private int append(float[] block) {
    int position = count;
    blocks.add(block);
    count += block.length;
    return position;
  }
}
