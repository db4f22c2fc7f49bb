// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract SetDelegateV2Test is EscrowTestV2 {
    function test_when_a_wallet_without_a_slot_calls_it_reverts() external {
        uint256 jobId = createJob();
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.SlotNotAccepted.selector, jobId, alice, IAIModelTrainingV2.SlotStatus.None
            )
        );
        escrow.setDelegate(jobId, stranger);
    }

    function test_given_the_deadline_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.warp(START + 1 hours);
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.DeadlinePassed.selector, jobId, alice, START + 1 hours)
        );
        escrow.setDelegate(jobId, stranger);
    }

    function test_a_changed_delegate_may_submit_and_the_old_one_may_not() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.DelegateChanged(jobId, alice, stranger);
        vm.prank(alice);
        escrow.setDelegate(jobId, stranger);

        vm.prank(delegate);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NotSubmitter.selector, jobId, alice, delegate));
        escrow.submitAdapter(jobId, alice, ADAPTER);
        vm.prank(stranger);
        escrow.submitAdapter(jobId, alice, ADAPTER);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Submitted);
    }

    function test_a_revoked_delegate_may_not_submit() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.prank(alice);
        escrow.setDelegate(jobId, address(0));
        bytes memory signature = sign(DELEGATE_KEY, jobId, alice, ADAPTER);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.InvalidSignature.selector, jobId, alice));
        escrow.submitAdapterBySig(jobId, alice, ADAPTER, signature);
    }
}
