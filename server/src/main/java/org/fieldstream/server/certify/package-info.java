/**
 * Does an ensemble follow exp(-S)? Configurations enter, from wherever they are, and a certificate
 * leaves: tests that every exact ensemble passes, whether its configurations are independent or
 * not, one decision with a stated rate of false alarms, and the bias that the tests would have
 * seen.
 *
 * <ul>
 *   <li>Schwinger-Dyson identities, &lt;f_x dS/dphi_x&gt; = &lt;df_x/dphi_x&gt;
 *   <li>stationarity: an exact Markov kernel moves every configuration, and the means must not
 *       drift
 *   <li>symmetries of the action
 * </ul>
 *
 * <p>Start here: {@link org.fieldstream.server.certify.Certification}, then {@link
 * org.fieldstream.server.certify.Decision}.
 */
@NullMarked
package org.fieldstream.server.certify;

import org.jspecify.annotations.NullMarked;
