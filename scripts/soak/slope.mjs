/** Linear regression over points [x, y]: the slope, and its 95 % confidence margin if the points are independent. */
export function fitSlope(points) {
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  const value = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
  const residual = points.reduce((sum, point) => sum + (point[1] - y - value * (point[0] - x)) ** 2, 0);
  return { value, margin: 1.96 * Math.sqrt(residual / (points.length - 2) / spread) };
}
