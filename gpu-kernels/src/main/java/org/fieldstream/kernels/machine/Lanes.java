package org.fieldstream.kernels.machine;

import org.fieldstream.kernels.program.Program;

/**
 * Host buffers of a run: what enters and what leaves, configuration by configuration. All arrays
 * may be written and read freely between runs.
 */
public final class Lanes {
  private final Program program;
  private final int count;
  private final long[] seeds;
  private final long[] indices;
  private final float[][] inputs;
  private final float[][] outputs;
  private final float[] parameters;

  /**
   * Buffers for a number of lanes.
   *
   * @param count number of lanes, at least 1
   */
  public Lanes(Program program, int count) {
    this.program = program;
    this.count = count;
    seeds = new long[count];
    indices = new long[count];
    inputs = new float[program.inputs().size()][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] =
          new float[Math.multiplyExact(count, program.inputs().get(i).value().shape().size())];
    }
    outputs = new float[program.outputs().size()][];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] =
          new float[Math.multiplyExact(count, program.outputs().get(i).value().shape().size())];
    }
    parameters = new float[program.parameterCount()];
  }

  /** The program these buffers fit. */
  public Program program() {
    return program;
  }

  /** Number of lanes. */
  public int count() {
    return count;
  }

  /** Random key of each lane. */
  public long[] seeds() {
    return seeds;
  }

  /** Random counter of each lane. */
  public long[] indices() {
    return indices;
  }

  /** An input, {@code [lane][channel][site]}. */
  public float[] input(String name) {
    return inputs[program.input(name)];
  }

  /** An input by position. */
  public float[] input(int position) {
    return inputs[position];
  }

  /** An output, {@code [lane][channel][site]}. */
  public float[] output(String name) {
    return outputs[program.output(name)];
  }

  /** An output by position. */
  public float[] output(int position) {
    return outputs[position];
  }

  /** The parameters, in the order of {@link Program#parameters()}. */
  public float[] parameters() {
    return parameters;
  }

  /** A compensated sum (an output of shape [2][1]) of one lane. */
  public double sum(int output, int lane) {
    float[] pair = outputs[output];
    return (double) pair[2 * lane] + pair[2 * lane + 1];
  }
}
