package org.fieldstream.kernels.machine;

/** Kinds of machine; configurations are bit-reproducible within a kind. */
public enum MachineKind {
  /** CPU SIMD, float32. */
  VECTOR,
  /** An OpenCL device through Aparapi, float32. */
  OPENCL,
  /** Aparapi's Java thread pool, float32. */
  JTP,
  /** Plain loops in double: the oracle of the tests. */
  REFERENCE
}
