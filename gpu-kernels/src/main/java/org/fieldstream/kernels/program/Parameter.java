package org.fieldstream.kernels.program;

/**
 * A block of the parameter array, shared by all lanes.
 *
 * @param name name, unique in the program
 * @param offset first position in the parameter array
 * @param length number of values
 */
public record Parameter(String name, int offset, int length) {}
