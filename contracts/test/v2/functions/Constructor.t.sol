// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTrainingV2} from "../../../src/AIModelTrainingV2.sol";
import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract ConstructorV2Test is EscrowTestV2 {
    function test_given_fee_above_ten_percent_it_reverts(uint16 feeBps) external {
        feeBps = uint16(bound(feeBps, 1_001, type(uint16).max));
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.FeeTooHigh.selector, feeBps, 1_000));
        new AIModelTrainingV2(feeBps, feeReceiver);
    }

    function test_given_no_fee_receiver_it_reverts() external {
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidFeeReceiver.selector, address(0)));
        new AIModelTrainingV2(0, address(0));
    }

    function test_it_fixes_fee_and_receiver(uint16 feeBps) external {
        feeBps = uint16(bound(feeBps, 0, 1_000));
        AIModelTrainingV2 deployed = new AIModelTrainingV2(feeBps, feeReceiver);
        assertEq(deployed.feeBps(), feeBps, "fee");
        assertEq(deployed.feeReceiver(), feeReceiver, "receiver");
    }
}
