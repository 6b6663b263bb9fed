package org.fieldstream.kernels.program;

/**
 * A value of a program: written once, by one op or as an input.
 *
 * @param id position among the program's values
 * @param shape shape in each lane
 */
public record Value(int id, Shape shape) {
  @Override
  public String toString() {
    return "%" + id + shape;
  }
}
